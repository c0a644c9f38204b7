using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Ready is what was measured: by the agents' own word, and by whether they reach each other.</summary>
public sealed class AgentHealthTests
{
    [Fact]
    public async Task A_healthy_cluster_is_Ready_with_all_agents_in_the_features_table()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        var profile = await cluster.ReadyAsync();

        var routing = profile["status"]!["features"]!.AsArray().Single(f => (string?)f!["name"] == "Routing")!;
        Assert.Equal("Tunnel [VXLAN]", (string?)routing["reported"]);
        Assert.Equal((3, 3), ((int)routing["nodesReporting"]!, (int)routing["nodesTotal"]!));
        Assert.Null(routing["nodesDeviating"]);
        Assert.Contains("3 of 3 agents route by Tunnel [VXLAN] and reach each other", Message(profile, "RoutingActive"), StringComparison.Ordinal);
        Assert.Equal("AllManaged", Reason(profile, "PodsManaged"));
    }

    [Fact]
    public async Task A_device_of_Flannel_on_the_same_port_looks_healthy_and_is_Degraded_until_it_is_gone()
    {
        var clock = new WarpTimeProvider();
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithTime(clock).WithHosts(host =>
            host.SetLink(new HostLink("flannel.1", "vxlan") { TunnelPort = 8472, VxlanId = 1, Addresses = [host.PodCIDR.Replace("/24", "/32", StringComparison.Ordinal)] })));
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile();

        var broken = await PassUntilAsync(cluster, clock, p => Reason(p, "AgentsReady") == "Degraded", "agents are degraded");

        Assert.Equal("3", cluster.Store.Get("daemonsets.apps", "kube-system", "cilium")!["status"]!["numberReady"]!.ToString());
        Assert.Equal(("False", "Degraded"), ((string?)ScenarioCluster.Condition(broken, "Ready")!["status"], Reason(broken, "Ready")));
        Assert.Contains("flannel.1 holds UDP port 8472", Message(broken, "Ready"), StringComparison.Ordinal);
        Assert.Contains("node1, node2, node3", Message(broken, "AgentsReady"), StringComparison.Ordinal);
        Assert.Equal("Degraded", (string?)broken["status"]!["phase"]);
        Assert.Null(ScenarioCluster.Condition(broken, "Reconciling"));
        Assert.Equal("AgentDegraded", (string?)broken["status"]!["nodes"]!["notable"]![0]!["state"]);

        foreach (var node in new[] { "node1", "node2", "node3" })
        {
            cluster.Living.ChangeHost(node, host => host.RemoveLink("flannel.1"));
        }

        await PassUntilAsync(cluster, clock, p => (string?)ScenarioCluster.Condition(p, "Ready")!["status"] == "True", "Ready again");
    }

    [Fact]
    public async Task Native_routing_without_routes_looks_healthy_and_its_peers_are_not_reached()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithHosts(host => host.Segment = host.Name));
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["routing"] = new JsonObject { ["mode"] = "Native" });

        var profile = await cluster.UntilAsync(
            p => Reason(p, "RoutingActive") == "PeersUnreachable" && (string?)ScenarioCluster.Condition(p, "AgentsReady")!["status"] == "True", "agents are well and don't reach each other");

        Assert.Equal("False", (string?)ScenarioCluster.Condition(profile, "Ready")!["status"]);
        Assert.Contains("node1 to node2", Message(profile, "RoutingActive"), StringComparison.Ordinal);
        Assert.Contains("these nodes aren't in one network segment", Message(profile, "RoutingActive"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_that_crash_again_and_again_are_explained_by_the_line_that_they_die_with()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithHosts(host =>
            host.Knobs.Crash["cilium-agent"] = (255, "level=info msg=\"starting\"\nlevel=fatal msg=\"failed to start: needs more than this node has\" subsys=daemon")));
        var clock = new WarpTimeProvider();
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile();

        var profile = await cluster.UntilAsync(p => Message(p, "AgentsReady").Contains("needs more than this node has", StringComparison.Ordinal), "the fatal line");

        Assert.Equal("CrashLooping", Reason(profile, "AgentsReady"));
        Assert.Equal("False", (string?)ScenarioCluster.Condition(profile, "Ready")!["status"]);
    }

    [Fact]
    public async Task Agents_that_are_older_than_the_settings_are_outdated_until_they_are_restarted()
    {
        var clock = new WarpTimeProvider();
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithTime(clock));
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        await Kubectl.RunAsync(cluster, ["get", "netprof", "cluster"]);

        clock.Advance(TimeSpan.FromSeconds(10));
        await Kubectl.RunAsync(cluster, ["patch", "configmap", "cilium-config", "-n", "kube-system", "--type=merge", "-p", """{"data":{"policy-audit-mode":"true"}}"""]);
        var outdated = await PassUntilAsync(cluster, clock, p => Reason(p, "AgentsReady") == "OutdatedConfiguration", "agents are outdated");
        Assert.Contains("rollout restart daemonset/cilium", Message(outdated, "Ready"), StringComparison.Ordinal);

        await Kubectl.RunAsync(cluster, ["rollout", "restart", "daemonset/cilium", "-n", "kube-system"]);
        await PassUntilAsync(cluster, clock, p => (string?)ScenarioCluster.Condition(p, "Ready")!["status"] == "True", "Ready again");
    }

    [Fact]
    public async Task Agents_that_cannot_be_asked_are_not_taken_for_healthy()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        using var fault = cluster.Living.Api.Faults.Fail(new(Resource: "pods/exec"), 500, "InternalError", "error dialing backend: no route to host");
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();

        var profile = await cluster.ConditionAsync("AgentsReady", "False", "Unreachable");

        Assert.Equal("False", (string?)ScenarioCluster.Condition(profile, "Ready")!["status"]);
        Assert.Equal("Unknown", (string?)ScenarioCluster.Condition(profile, "RoutingActive")!["status"]);
    }

    private static string Reason(JsonObject profile, string type) => (string?)ScenarioCluster.Condition(profile, type)?["reason"] ?? "";

    private static string Message(JsonObject profile, string type) => (string?)ScenarioCluster.Condition(profile, type)?["message"] ?? "";

    /// <summary>Lets time pass in steps, with room between them for what is due, until the profile says so.</summary>
    private static async Task<JsonObject> PassUntilAsync(ScenarioCluster cluster, WarpTimeProvider clock, Func<JsonObject, bool> holds, string what)
    {
        var waiting = cluster.UntilAsync(holds, what);
        while (await Task.WhenAny(waiting, Kubectl.RunAsync(cluster, ["get", "netprof", "cluster"])) != waiting)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        return await waiting;
    }
}
