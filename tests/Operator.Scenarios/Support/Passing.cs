using System.Text.Json.Nodes;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>Lets injected time pass while what runs in real time (helm, requests) has room.</summary>
internal static class Passing
{
    /// <summary>A request takes about so many turns of a thread from its timer to its server.</summary>
    private const int Hops = 16;

    /// <summary>Once agents run, time passes a second at a time whenever the cluster has come to rest and no helm is at work.</summary>
    public static async Task<JsonObject> UntilAsync(ScenarioCluster cluster, WarpTimeProvider clock, Func<JsonObject, bool> holds)
    {
        await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "AgentsReady")?["status"] == "True", "AgentsReady=True");
        return await FromNowUntilAsync(cluster, clock, holds);
    }

    /// <summary>The same from now on, whatever is installed.</summary>
    public static async Task<JsonObject> FromNowUntilAsync(ScenarioCluster cluster, WarpTimeProvider clock, Func<JsonObject, bool> holds)
    {
        var waiting = cluster.UntilAsync(holds, "what the test waits for");
        await PassAsync(cluster, clock, waiting);
        return await waiting;
    }

    /// <summary>The same for all that a test waits for, until this is disposed of.</summary>
    public static IAsyncDisposable Start(ScenarioCluster cluster, WarpTimeProvider clock) => new Run(cluster, clock);

    private static async Task PassAsync(ScenarioCluster cluster, WarpTimeProvider clock, Task end)
    {
        using var subscription = cluster.Store.SubscribeToAll();
        while (!end.IsCompleted)
        {
            var before = cluster.Living.Api.Requests.Ended;
            await Task.WhenAny(RestAsync(), end);
            var (requests, changed) = (cluster.Living.Api.Requests, subscription.Changes.TryRead(out _));
            if (!end.IsCompleted && !changed && requests.InFlight == 0 && requests.Ended == before && !IsHelmAtWork(cluster.Profile()))
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            while (subscription.Changes.TryRead(out _))
            {
                // Only that something has changed counts.
            }
        }
    }

    /// <summary>
    /// Nothing depends on how long this is: it only keeps the clock from running ahead of the work. That is done by the same threads,
    /// so that going through their queue some times makes this longer where they have much to do.
    /// </summary>
    private static async Task RestAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, TestContext.Current.CancellationToken);
        for (var hop = 0; hop < Hops; hop++)
        {
            var queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.SetResult(), queued, preferLocal: false);
            await queued.Task;
        }
    }

    private static bool IsHelmAtWork(JsonObject? profile) =>
        (string?)ScenarioCluster.Condition(profile, "Reconciling")?["message"] is { } message && s_helm.Any(word => message.StartsWith(word, StringComparison.Ordinal));

    private static readonly string[] s_helm = ["Install:", "Upgrade:", "helm uninstalls"];

    private sealed class Run : IAsyncDisposable
    {
        private readonly TaskCompletionSource _end = new();
        private readonly Task _passing;

        public Run(ScenarioCluster cluster, WarpTimeProvider clock) => _passing = PassAsync(cluster, clock, _end.Task);

        public async ValueTask DisposeAsync()
        {
            _end.SetResult();
            await _passing;
        }
    }
}
