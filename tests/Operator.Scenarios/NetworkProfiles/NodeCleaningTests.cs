using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Flannel is gone and has left its traces: the nodes are cleaned by the real agent, on simulated hosts, before Cilium comes.</summary>
public sealed class NodeCleaningTests
{
    [Fact]
    public async Task Traces_of_Flannel_are_removed_and_proven_gone_before_Cilium_is_installed()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();

        var profile = await cluster.ReadyAsync();

        Assert.Equal("Clean", (string?)ScenarioCluster.Condition(profile, "NodesClean")!["reason"]);
        Assert.Equal(3, (int?)profile["status"]!["nodes"]!["clean"]);
        Assert.Equal(3, (int?)profile["status"]!["backup"]!["nodes"]);
        Assert.All(Nodes, node =>
        {
            Assert.Empty(TracesOn(cluster, node));
            Assert.DoesNotContain("flannel", cluster.Store.Get("nodes", null, node)!["metadata"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("Clean", (string?)cluster.Store.Get(NodeAgents.Objects, null, node)!["status"]!["audit"]);
        });
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
        Assert.Equal(1, @operator.Processes.Count("helm upgrade"));
    }

    [Fact]
    public async Task A_cluster_that_shows_no_trace_of_Flannel_gets_agents_only_to_be_looked_at_before_the_installation()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();

        var profile = await cluster.ReadyAsync();

        Assert.Equal("NotNeeded", (string?)ScenarioCluster.Condition(profile, "NodesClean")!["reason"]);
        Assert.All(Nodes, node => Assert.Null(cluster.Store.Get(NodeAgents.Objects, null, node)!["spec"]!["tasks"]));
        Assert.All(Nodes, node => Assert.NotNull(cluster.Store.Get(NodeAgents.Objects, null, node)!["status"]!["facts"]));
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
    }

    [Fact]
    public async Task A_residue_that_cannot_be_removed_keeps_Cilium_out_and_is_named_until_it_is_gone()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        cluster.Living.ChangeHost("node2", host => host.SetLink(new HostLink("tap7", "tun") { Master = "cni0" }));
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.CreateProfile();

        var profile = await Passing.FromNowUntilAsync(
            cluster, clock, p => (string?)ScenarioCluster.Condition(p, "NodesClean")?["reason"] == "ResiduesLeft" && (string?)ScenarioCluster.Condition(p, "Stalled")?["reason"] == "NodesDirty");

        var message = (string)ScenarioCluster.Condition(profile, "NodesClean")!["message"]!;
        Assert.All(["2 of 3 nodes clean", "1 dirty", "node2", "cni0", "tap7"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Equal("WaitingForNodes", (string?)ScenarioCluster.Condition(profile, "PreflightPassed")!["reason"]);
        Assert.Equal("node2", (string?)profile["status"]!["nodes"]!["notable"]![0]!["name"]);
        Assert.Empty(cluster.Revisions());

        cluster.Living.ChangeHost("node2", host => host.RemoveLink("tap7"));
        clock.Advance(TimeSpan.FromSeconds(40));
        await cluster.ReadyAsync();
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
    }

    [Fact]
    public async Task A_node_that_is_down_is_counted_apart_and_does_not_keep_the_others_without_a_network()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        cluster.Living.ChangeHost("node3", host => host.Knobs.Unreachable = true);
        await cluster.StoreAsync("nodes", store => store.Get("nodes", null, "node3")!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal));
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();

        var profile = await cluster.ConditionAsync("NodesClean", "False", "NodesUnreachable");
        await cluster.ConditionAsync("HelmReleased", "True", "InSync");

        var message = (string)ScenarioCluster.Condition(profile, "NodesClean")!["message"]!;
        Assert.All(["2 of 3 nodes clean", "1 unreachable", "node3"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Equal(1, (int?)profile["status"]!["nodes"]!["unreachable"]);
        Assert.NotNull(Agents(cluster));
        Assert.NotEmpty(TracesOn(cluster, "node3"));
    }

    [Fact]
    public async Task A_node_with_the_skip_label_is_left_as_it_is()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        cluster.Store.Modify("nodes", null, "node2", node => node["metadata"]!["labels"]!["netprofile.io/skip"] = "");
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();

        var profile = await cluster.ConditionAsync("NodesClean", "True", "Clean");

        Assert.Equal(2, (int?)profile["status"]!["nodes"]!["clean"]);
        Assert.Equal(1, (int?)profile["status"]!["nodes"]!["skipped"]);
        Assert.Null(cluster.Store.Get(NodeAgents.Objects, null, "node2"));
        Assert.Contains("flannel.1", TracesOn(cluster, "node2"));
    }

    /// <summary>The operator ends after the first write of each kind that a cleaning consists of, and another one goes on.</summary>
    [Theory]
    [InlineData("nodenetworks.netprofile.io")]
    [InlineData("daemonsets.apps")]
    [InlineData("nodes")]
    public async Task An_operator_that_ends_in_the_middle_is_followed_by_one_that_ends_the_work(string resource)
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        await using var agents = NodeAgents.Start(cluster);
        var first = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.StoreAsync(resource, store => resource switch
        {
            "daemonsets.apps" => Agents(cluster) is not null,
            "nodes" => Nodes.Any(node => !store.Get("nodes", null, node)!.ToJsonString().Contains("flannel.alpha", StringComparison.Ordinal)),
            _ => store.List(NodeAgents.Objects).Count > 0,
        });
        await first.DisposeAsync();

        await using var second = await InProcessOperator.StartAsync(cluster);
        await cluster.ReadyAsync();

        Assert.All(Nodes, node => Assert.Empty(TracesOn(cluster, node)));
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
        Assert.Single(cluster.Revisions());
    }

    [Fact]
    public async Task Flannel_that_comes_back_and_goes_again_is_cleaned_again()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);

        cluster.Living.LeaveFlannelTraces();
        await cluster.UntilAsync(profile => (string?)ScenarioCluster.Condition(profile, "NodesClean")?["status"] == "False", "NodesClean=False");
        await cluster.ConditionAsync("NodesClean", "True", "Clean");

        Assert.All(Nodes, node => Assert.Empty(TracesOn(cluster, node)));
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
    }

    [Fact]
    public async Task Living_pods_of_a_Flannel_that_was_deleted_by_hand_are_moved_away_before_what_they_use_goes()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithFlannel().WithCoreDns());
        await cluster.StoreAsync("pods", store => store.List("pods", "kube-system", "k8s-app=kube-dns").Count(pod => pod["status"]?["podIP"] is not null) == 2);
        cluster.Store.Delete("daemonsets.apps", "kube-flannel", "kube-flannel-ds");
        await cluster.StoreAsync("pods", store => store.List("pods", "kube-flannel").Count == 0);
        var reached = cluster.Living.RecordReachability();
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile();
        var profile = await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval");
        Assert.Equal("PodRestart", (string?)profile["status"]!["plan"]!["disruption"]);
        Assert.Contains("pods still have addresses of its network", (string?)ScenarioCluster.Condition(profile, "FlannelRemoved")!["message"], StringComparison.Ordinal);

        cluster.ChangeSpec(spec => spec["previousCNI"] = new JsonObject { ["strategy"] = "Recreate" });
        profile = await cluster.UntilAsync(p => (string?)p["status"]?["plan"]?["disruption"] == "Outage", "a plan with an outage");
        Assert.Contains(Nodes, node => TracesOn(cluster, node).Contains("cni0"));

        cluster.ChangeSpec(spec => spec["previousCNI"] = new JsonObject { ["strategy"] = "Overlap" });
        cluster.Approve(await cluster.UntilAsync(p => (string?)p["status"]?["plan"]?["disruption"] == "PodRestart", "a plan without"));
        await cluster.ReadyAsync(3);

        Assert.Empty(reached.Lost);
        Assert.All(Nodes, node => Assert.DoesNotContain(MigrationTests.Traces(cluster, node), trace => !trace.StartsWith("KUBE-", StringComparison.Ordinal)));
        Assert.Equal(8473, (int?)JsonNode.Parse((string)cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!["tunnel-port"]!));
    }

    [Fact]
    public async Task The_object_of_a_node_goes_with_the_node_and_all_of_them_with_the_profile()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        cluster.Living.ChangeHost("node2", host => host.SetLink(new HostLink("tap7", "tun") { Master = "cni0" }));
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.UntilAsync(p => ((string?)ScenarioCluster.Condition(p, "NodesClean")?["message"])?.StartsWith("2 of 3 nodes clean", StringComparison.Ordinal) == true, "all agents reported");

        cluster.Living.RemoveNode("node3");
        await cluster.StoreAsync(NodeAgents.Objects, store => store.List(NodeAgents.Objects).Count == 2);

        cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");
        await cluster.GoneAsync();
        await cluster.StoreAsync(NodeAgents.Objects, store => store.List(NodeAgents.Objects).Count == 0);
        await cluster.StoreAsync("daemonsets.apps", _ => Agents(cluster) is null);
        Assert.Contains("cni0", TracesOn(cluster, "node2"));
    }

    [Fact]
    public async Task A_suspended_profile_starts_no_agents()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Living.LeaveFlannelTraces();
        await using var agents = NodeAgents.Start(cluster);
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["suspend"] = true);

        var profile = await cluster.ConditionAsync("NodesClean", "False", "NotInspected");

        Assert.Equal("Suspended", (string?)ScenarioCluster.Condition(profile, "Ready")!["reason"]);
        Assert.Empty(cluster.Store.List(NodeAgents.Objects));
        Assert.Null(Agents(cluster));
    }

    private static readonly string[] Nodes = ["node1", "node2", "node3"];

    private static JsonObject? Agents(ScenarioCluster cluster) => cluster.Store.Get("daemonsets.apps", "kube-system", "netprofile-node-agent");

    private static List<string> TracesOn(ScenarioCluster cluster, string node) => cluster.Living.Host(node, host => new List<string>(
    [
        .. host.Links.Keys.Where(name => name.StartsWith("flannel", StringComparison.Ordinal) || name == "cni0"),
        .. host.Routes.Where(route => route.Protocol == "flannel").Select(route => route.Destination),
        .. host.Chains.Where(chain => chain.Name.StartsWith("FLANNEL-", StringComparison.Ordinal)).Select(chain => chain.Name),
        .. host.Files.Keys.Where(path => path.Contains("flannel", StringComparison.Ordinal)),
    ]));
}
