namespace NetProfile.NodeAgent.Transport;

/// <summary>
/// Something to wait for that may also just take its time. A call that comes at any moment ends the present wait or the next one;
/// a semaphore can lose one to a wait that has been given up and doesn't know it yet.
/// </summary>
public sealed class WakeUp(TimeProvider clock)
{
    private TaskCompletionSource called = New();

    public void Call() => Volatile.Read(ref called).TrySetResult();

    /// <summary>What led to the call has to be looked at after this has returned.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref called).Task.WaitAsync(time, clock, cancellationToken);
            Volatile.Write(ref called, New());
        }
        catch (TimeoutException)
        {
            // Nobody called.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
