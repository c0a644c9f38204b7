using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Tunnel to native on a running Cilium.</summary>
public sealed class RoutingSwitchTests
{
    [Fact]
    public async Task A_switch_on_nodes_that_share_no_L2_is_refused_with_the_pairs_named_until_they_do()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.ChangeHost("node3", host => host.Segment = "l2-b");
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile(change: spec => spec["approval"] = "Auto");
        await cluster.ReadyAsync();
        await cluster.StoreAsync("daemonsets.apps", store => store.Get("daemonsets.apps", "kube-system", "netprofile-node-agent") is null);

        cluster.ChangeSpec(spec => spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true });
        var profile = await cluster.ConditionAsync("PreflightPassed", "False", "Blocked");

        var message = (string)ScenarioCluster.Condition(profile, "PreflightPassed")!["message"]!;
        Assert.All(["node1 ↔ node3", "node2 ↔ node3", "172.30.0.1", "directRoutingSkipUnreachable", "bgpControlPlane"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.DoesNotContain("node1 ↔ node2", message, StringComparison.Ordinal);
        Assert.Equal("PreflightFailed", (string?)ScenarioCluster.Condition(profile, "Stalled")!["reason"]);
        Assert.Single(cluster.Revisions());

        cluster.Living.ChangeHost("node3", host => host.Segment = "l2-a");
        clock.Advance(TimeSpan.FromMinutes(2));
        await cluster.ReadyAsync(2);
        Assert.Equal("native", (string?)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["routing-mode"]);
    }
}
