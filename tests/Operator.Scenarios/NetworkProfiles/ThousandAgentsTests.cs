using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Tests.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>One cluster of a thousand agents: what it costs to know how they are, and what is said of the seven that aren't well.</summary>
public sealed class ThousandAgentsTests(ITestOutputHelper output)
{
    private readonly WarpTimeProvider _clock = new();

    [Fact]
    public async Task Steady_they_cost_under_a_request_a_second_and_of_seven_odd_ones_each_is_named()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(1000).WithTime(_clock));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        cluster.CreateProfile(change: spec => spec["ipam"]!["ipv4PodCIDRs"] = new JsonArray("10.128.0.0/9"));
        await cluster.StoreAsync("daemonsets.apps", store => store.Get("daemonsets.apps", "kube-system", "cilium")?.Long("status", "numberReady") == 1000);
        await cluster.RevisionAsync(1);
        await PassUntilAsync(cluster, p => Is(p, "Ready", "True", "NetworkReady") && ScenarioCluster.Condition(p, "Reconciling") is null && (string?)p["status"]!["nodes"]!["summary"] == "1000/1000");
        for (var end = _clock.GetUtcNow().AddMinutes(2); _clock.GetUtcNow() < end;)
        {
            await cluster.RenewAsync(_clock, @operator);
        }

        await IsCheapAsync(cluster, @operator);
        await SevenAreOddAsync(cluster);
    }

    private async Task IsCheapAsync(ScenarioCluster cluster, InProcessOperator @operator)
    {
        cluster.Living.Api.Requests.Clear();
        for (var end = _clock.GetUtcNow().AddMinutes(10); _clock.GetUtcNow() < end;)
        {
            await cluster.RenewAsync(_clock, @operator);
        }

        var requests = cluster.AllOwnRequests();
        foreach (var kind in requests.GroupBy(r => $"{r.Verb} {(r.Resource.Length > 0 ? r.Resource : r.Path)}").OrderByDescending(g => g.Count()))
        {
            output.WriteLine($"{kind.Count(),5} {kind.Key}");
        }

        Assert.InRange(requests.Count, 1, 599);
        Assert.All(requests.Where(r => r.IsWrite), write => Assert.Equal("leases.coordination.k8s.io", write.Resource));
    }

    private async Task SevenAreOddAsync(ScenarioCluster cluster)
    {
        Odd("node17", host => host.Knobs.AgentStatus = status => Fail(status, "sync-host-ips"));
        Odd("node180", host => host.Knobs.AgentStatus = status => Fail(status, "sync-host-ips"));
        Odd("node300", host => host.Knobs.AgentStatus = status => status["stale"] = new JsonObject { ["kubernetes"] = "2026-01-01T00:00:00Z" });
        Odd("node444", host => host.Knobs.AgentStatus = status => status["routing"]!["inter-host-routing-mode"] = "Native");
        Odd("node555", host => host.Knobs.Crash["cilium-agent"] = (255, "level=fatal msg=\"failed to start: needs more than this node has\" subsys=daemon"));
        Odd("node666", host => host.Knobs.Crash["cilium-agent"] = (137, ""));
        Odd("node777", host => host.Knobs.AgentStatus = status => status["kubernetes"] = new JsonObject { ["state"] = "Failure", ["msg"] = "connection refused" });

        // Two crash, and the other five are up again after their restart.
        var profile = await PassUntilAsync(
            cluster, p => Is(p, "Ready", "False", null) && ScenarioCluster.Condition(p, "Reconciling") is null && Notable(p).Count == 7
                && ((string)ScenarioCluster.Condition(p, "AgentsReady")!["message"]!).Contains("998 of 1000 pods of DaemonSet cilium ready: 2 pods", StringComparison.Ordinal));

        Assert.Equal(["node17", "node180", "node300", "node444", "node555", "node666", "node777"], Notable(profile));
        GoldenFile.Check(Path.Combine(HelmBinary.RepositoryRoot(), "tests", "Operator.Scenarios", "Golden", "States", "seven-odd-of-a-thousand.txt"), await PluginPage.StatusAsync(cluster));

        void Odd(string node, Action<SimulatedHost> trouble)
        {
            cluster.Living.ChangeHost(node, trouble);
            cluster.Restart(node);
        }
    }

    private async Task<JsonObject> PassUntilAsync(ScenarioCluster cluster, Func<JsonObject, bool> holds)
    {
        var limit = _clock.GetUtcNow().AddHours(1);
        while (cluster.Profile() is not { } profile || !holds(profile))
        {
            Assert.True(_clock.GetUtcNow() < limit, $"not within an hour; last: {cluster.Profile()?["status"]?["conditions"]?.ToJsonString()}");
            await cluster.RenewAsync(_clock, null);
        }

        return cluster.Profile()!;
    }

    private static IReadOnlyList<string> Notable(JsonObject profile) =>
        [.. (profile["status"]?["nodes"]?["notable"] as JsonArray ?? []).Select(n => (string)n!["name"]!).Order(StringComparer.Ordinal)];

    private static bool Is(JsonObject profile, string type, string status, string? reason) =>
        ScenarioCluster.Condition(profile, type) is { } c && (string?)c["status"] == status && (reason is null || (string?)c["reason"] == reason);

    private static void Fail(JsonObject status, string controller) => status["controllers"]!.AsArray().Add(new JsonObject
    {
        ["name"] = controller,
        ["status"] = new JsonObject { ["consecutive-failure-count"] = 3, ["last-failure-msg"] = "unable to reach API server" },
    });
}
