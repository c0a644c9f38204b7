namespace NetProfile.Operator.Tests.Support;

/// <summary>For what happens on another thread: moves the clock along until it is so. Gives up after ten real seconds.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task TrueAsync(Func<bool> condition, string what, ManualTimeProvider? clock = null, TimeSpan? step = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"never came true: {what}");
            }

            clock?.Advance(step ?? TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock until the task is done.</summary>
    public static async Task<T> DoneAsync<T>(Task<T> task, ManualTimeProvider clock, TimeSpan? step = null)
    {
        await TrueAsync(() => task.IsCompleted, "the task is done", clock, step);
        return await task;
    }

    public static async Task DoneAsync(Task task, ManualTimeProvider clock, TimeSpan? step = null)
    {
        await TrueAsync(() => task.IsCompleted, "the task is done", clock, step);
        await task;
    }
}
