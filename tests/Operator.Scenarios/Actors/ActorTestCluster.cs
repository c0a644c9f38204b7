using System.Text.Json.Nodes;
using NetProfile.Operator.Tests.Support;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Actors;

/// <summary>A cluster on a clock that the test moves: time jumps from one thing that is due to the next.</summary>
internal sealed class ActorTestCluster : IAsyncDisposable
{
    private ActorTestCluster(LivingCluster living, ManualTimeProvider clock)
    {
        Living = living;
        Clock = clock;
    }

    public LivingCluster Living { get; }

    public ManualTimeProvider Clock { get; }

    public static async Task<ActorTestCluster> StartAsync(Func<ClusterBuilder, ClusterBuilder> build)
    {
        var clock = new ManualTimeProvider();
        var builder = build(new ClusterBuilder().WithOptions(options => options with { Https = false }).WithTime(clock));
        return new ActorTestCluster(await builder.StartAsync(TestContext.Current.CancellationToken), clock);
    }

    public JsonObject Get(string resource, string @namespace, string name) =>
        Living.Store.Get(resource, @namespace.Length == 0 ? null : @namespace, name) ?? throw new KeyNotFoundException($"{resource} {@namespace}/{name}");

    public IReadOnlyList<JsonObject> Pods(string label) => Living.Store.List("pods", labelSelector: label);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan span)
    {
        var end = Clock.GetUtcNow() + span;
        while (Living.Step() is { } due && due <= end)
        {
            Clock.Advance(due - Clock.GetUtcNow());
        }

        Clock.Advance(end - Clock.GetUtcNow());
        Living.Step();
    }

    /// <summary>Lets time pass until it is so.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Until(Func<bool> condition, TimeSpan? limit = null)
    {
        var start = Clock.GetUtcNow();
        var end = start + (limit ?? TimeSpan.FromMinutes(10));
        while (true)
        {
            var due = Living.Step();
            if (condition())
            {
                return Clock.GetUtcNow() - start;
            }

            Assert.True(due is not null && due <= end, $"did not come true until {end:O}; next due {due:O}");
            Clock.Advance(due.Value - Clock.GetUtcNow());
        }
    }

    public bool DaemonSetIsDone(string @namespace, string name)
    {
        var set = Living.Store.Get("daemonsets.apps", @namespace, name);
        var desired = set.Long("status", "desiredNumberScheduled") ?? 0;
        return desired > 0 && set.Long("status", "observedGeneration") == set.Long("metadata", "generation")
            && set.Long("status", "updatedNumberScheduled") == desired && set.Long("status", "numberAvailable") == desired;
    }

    public ValueTask DisposeAsync() => Living.DisposeAsync();
}
