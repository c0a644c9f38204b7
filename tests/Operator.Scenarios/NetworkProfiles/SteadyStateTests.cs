using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

public sealed class SteadyStateTests
{
    [Fact]
    public async Task A_ready_profile_starts_no_process_and_writes_nothing_for_five_simulated_minutes()
    {
        var clock = new WarpTimeProvider();
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithTime(clock));
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        // The count of nodes may follow a moment after Ready.
        await cluster.UntilAsync(profile => (int?)profile["status"]!["nodes"]?["ready"] == 3, "three nodes are ready");

        // The operator has the answer to its last write by then: before, the jump of the clock would run into that write's time limit.
        await Kubectl.RunAsync(cluster, ["get", "netprof", "cluster"]);

        // Events that came several times until Ready are counted up within minutes.
        await PassAsync(cluster, clock);
        var started = @operator.Processes.Started.Count;
        var version = (string)cluster.Profile()!["metadata"]!["resourceVersion"]!;
        cluster.Living.Api.Requests.Clear();

        await PassAsync(cluster, clock);

        Assert.Equal(started, @operator.Processes.Started.Count);
        Assert.Equal(version, (string)cluster.Profile()!["metadata"]!["resourceVersion"]!);
        var writes = cluster.Living.Api.Requests.Writes.Where(w => w.UserAgent.StartsWith("netprofile", StringComparison.Ordinal) && w.Resource != "leases.coordination.k8s.io").ToList();
        Assert.Empty(writes);
    }

    /// <summary>A little more than five minutes, in steps with an answer of the API server in between.</summary>
    private static async Task PassAsync(ScenarioCluster cluster, WarpTimeProvider clock)
    {
        for (var i = 0; i < 31; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Kubectl.RunAsync(cluster, ["get", "netprof", "cluster"]);
        }
    }
}
