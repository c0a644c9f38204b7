using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Restore;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Flannel to Cilium with a drain of every node, told from the whole log of what happened in the cluster.</summary>
public sealed class NodeByNodeTests
{
    private readonly WarpTimeProvider _clock = new();

    [Fact]
    public async Task Every_node_is_drained_switched_and_verified_one_after_the_other_and_nothing_of_Flannel_is_left()
    {
        await using var cluster = await StartAsync(3, Workload("Deployment", "web", 4), Workload("StatefulSet", "db", 2), Workload("DaemonSet", "log", 3));
        cluster.Store.Modify("nodes", null, "node3", node => node["spec"]!["unschedulable"] = true);
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);
        var waiting = await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval");
        Assert.Equal("Drain", (string?)waiting["status"]!["plan"]!["disruption"]);
        cluster.Approve(waiting);

        var profile = await Passing.UntilAsync(cluster, _clock, IsReady);

        Assert.Equal("Removed", (string?)ScenarioCluster.Condition(profile, "FlannelRemoved")!["reason"]);
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        Assert.All(NodeHistory.States(cluster), pair => Assert.Equal("Cordoned Drained Switched Cleaned Verified Done", string.Join(' ', pair.Value)));
        Assert.Equal(1, NodeHistory.MostDisturbed(cluster));
        Assert.Equal(["node2", "node3", "node1"], NodeHistory.Order(cluster));
        Assert.Equal(["node3"], cluster.Store.List("nodes").Where(n => (bool?)n["spec"]!["unschedulable"] == true).Select(n => (string)n["metadata"]!["name"]!));
        NodeHistory.AssertNoPodWasTakenFromANodeBeforeItsTurn(cluster);
        Assert.Empty(cluster.Store.List("ciliumnodeconfigs.cilium.io"));
        Assert.DoesNotContain(cluster.Store.List("nodes"), n => n.ToJsonString().Contains("netprofile.io/", StringComparison.Ordinal));
        Assert.All(PodHistory.Pods(cluster), pod => Assert.StartsWith("10.245.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
        Assert.True(PodHistory.LeastReady(cluster, "web", 4) >= 3);
        Assert.True(PodHistory.LeastReady(cluster, "coredns", 2) >= 1);
    }

    [Theory]
    [InlineData(12, "50%", "node5", "node12")]
    [InlineData(100, "40%", "node7", "node55", "node100")]
    public async Task Of_a_fleet_the_nodes_that_are_down_are_counted_and_the_others_switched_a_batch_at_a_time(int nodes, string most, params string[] down)
    {
        Assert.SkipUnless(nodes <= 12 || Environment.GetEnvironmentVariable("NETPROFILE_LARGE") is { Length: > 0 }, "takes more than a minute of two cores: set NETPROFILE_LARGE to run it");
        await using var cluster = await StartAsync(nodes, Workload("Deployment", "web", 30), Workload("DaemonSet", "log", nodes), Budget("web", 3));
        foreach (var node in down)
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Unreachable = true);
        }

        await cluster.StoreAsync("nodes", store => down.All(node => store.Get("nodes", null, node)!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal)));
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster, spec => spec["rollout"] = new JsonObject { ["maxUnavailable"] = most });
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));

        await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "OperatorReady")?["status"] == "True", "Cilium is installed");
        await Passing.FromNowUntilAsync(cluster, _clock, _ => cluster.Revisions().Contains("2 deployed"));

        var states = NodeHistory.States(cluster);
        Assert.Equal(nodes - down.Length, states.Count(pair => pair.Value[^1] == "Done"));
        Assert.DoesNotContain(states.Keys, down.Contains);
        Assert.InRange(NodeHistory.MostDisturbed(cluster), 2, int.Parse(most.TrimEnd('%'), CultureInfo.InvariantCulture) * nodes / 100 - down.Length);
        Assert.Equal("node1", NodeHistory.Order(cluster)[^1]);
        AssertNoPodWasHarmed(cluster);
        Assert.True(PodHistory.LeastReady(cluster, "web", 30) >= 27);
    }

    [Fact]
    public async Task A_budget_that_forbids_eviction_gives_its_node_back_at_the_time_limit_and_no_other_node_is_begun()
    {
        await using var cluster = await StartAsync(4, Workload("Deployment", "web", 8), Budget("web", 0));
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster, spec =>
        {
            spec["approval"] = "Auto";
            spec["rollout"] = new JsonObject { ["drainTimeoutSeconds"] = 60, ["failureBudget"] = 0, ["maxUnavailable"] = 2 };
        });

        var stalled = await Passing.UntilAsync(cluster, _clock, p => (string?)ScenarioCluster.Condition(p, "Stalled")?["reason"] == "NodesLeft");

        Assert.Contains("no further node is begun, because these failed: node2 (DrainTimedOut)", (string?)ScenarioCluster.Condition(stalled, "Stalled")!["message"], StringComparison.Ordinal);
        var failed = cluster.Store.Get(NodeAgents.Objects, null, "node2")!["status"]!["migration"]!;
        Assert.Contains("PodDisruptionBudget default/web forbids it", (string?)failed["message"], StringComparison.Ordinal);
        Assert.Equal("Cordoned Failed", string.Join(' ', Assert.Single(NodeHistory.States(cluster)).Value));
        Assert.DoesNotContain(cluster.Store.List("nodes"), n => (bool?)n["spec"]!["unschedulable"] == true);
        Assert.DoesNotContain(PodHistory.Taken(cluster), pod => pod.StartsWith("web-", StringComparison.Ordinal));

        cluster.Store.Delete("poddisruptionbudgets.policy", "default", "web");
        MigratingCluster.Ask(cluster, "retry", "1");
        await Passing.UntilAsync(cluster, _clock, IsReady);

        Assert.Equal("Cordoned Failed Pending Cordoned Drained Switched Cleaned Verified Done", string.Join(' ', NodeHistory.States(cluster)["node2"]));
        AssertNoPodWasHarmed(cluster);
    }

    [Fact]
    public async Task Nodes_that_join_leave_or_are_left_out_change_nothing_for_the_others_and_control_planes_come_one_by_one_at_the_end()
    {
        await using var cluster = await StartAsync(7, controlPlanes: 3, Workload("Deployment", "web", 8), Workload("DaemonSet", "log", 7), Budget("web", 2));
        cluster.Store.Modify("nodes", null, "node5", node => node["metadata"]!["labels"]!["netprofile.io/skip"] = "");
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock, change: options => options with { NodeAgent = options.NodeAgent with { NodeName = "node1" } });
        Create(cluster, spec =>
        {
            spec["approval"] = "Auto";
            spec["rollout"] = new JsonObject { ["maxUnavailable"] = 2 };
        });
        await Passing.UntilAsync(cluster, _clock, _ => NodeHistory.Order(cluster).Count > 0);
        cluster.Living.AddNode("node8");
        cluster.Living.RemoveNode("node7");

        var stalled = await Passing.UntilAsync(cluster, _clock, p => (string?)ScenarioCluster.Condition(p, "Stalled")?["reason"] == "NodesLeft");

        Assert.Contains("left out by label netprofile.io/skip, so that the old network stays: node5", (string?)ScenarioCluster.Condition(stalled, "Stalled")!["message"], StringComparison.Ordinal);
        var order = NodeHistory.Order(cluster);
        Assert.Equal("node4", order[0]);
        Assert.Equal(["node6", "node8"], order.Skip(1).Take(2).Order());
        Assert.Equal(["node2", "node3", "node1"], order.Skip(3));
        Assert.NotNull(cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));
        Assert.DoesNotContain(NodeHistory.States(cluster), pair => pair.Key == "node5" && pair.Value.Contains("Cordoned"));

        cluster.Store.Modify("nodes", null, "node5", node => node["metadata"]!["labels"]!.AsObject().Remove("netprofile.io/skip"));
        await Passing.UntilAsync(cluster, _clock, IsReady);

        Assert.Equal("Done", NodeHistory.States(cluster)["node5"][^1]);
        Assert.InRange(NodeHistory.MostDisturbed(cluster), 1, 2);
        AssertNoPodWasHarmed(cluster);
        Assert.True(PodHistory.LeastReady(cluster, "web", 8) >= 6);
    }

    private static bool IsReady(JsonObject profile) => (string?)ScenarioCluster.Condition(profile, "Ready")?["status"] == "True" && ScenarioCluster.Condition(profile, "Reconciling") is null;

    /// <summary>Over the whole log: only agents of Cilium were deleted by the operator, everything else by eviction and in its node's turn.</summary>
    private static void AssertNoPodWasHarmed(ScenarioCluster cluster)
    {
        NodeHistory.AssertNoPodWasTakenFromANodeBeforeItsTurn(cluster);
        Assert.All(cluster.OwnRequests().Where(r => r is { Verb: "delete", Resource: "pods" }), r => Assert.Matches("/namespaces/kube-system/pods/cilium-[a-z0-9]+$", r.Path));
    }

    private static string Budget(string app, int maxUnavailable) => $$"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: {{app}}, namespace: default}
        spec: {maxUnavailable: {{maxUnavailable}}, selector: {matchLabels: {app: {{app}} } } }
        """;

    private Task<ScenarioCluster> StartAsync(int nodes, params string[] manifests) => StartAsync(nodes, controlPlanes: 1, manifests);

    private async Task<ScenarioCluster> StartAsync(int nodes, int controlPlanes, params string[] manifests)
    {
        var cluster = await ScenarioCluster.StartAsync(change: builder =>
            manifests.Aggregate(builder.WithNodes(nodes, controlPlanes).WithFlannel().WithCoreDns().WithTime(_clock), (b, manifest) => b.With(manifest)));
        await cluster.StoreAsync("pods", _ => PodHistory.AreAllReady(cluster));
        cluster.Living.SetTimings(timings => timings with { PodStop = TimeSpan.FromSeconds(1), ContainerReady = TimeSpan.FromSeconds(1) });
        return cluster;
    }

    private static void Create(ScenarioCluster cluster, Action<JsonObject>? change = null) => cluster.CreateProfile(change: spec =>
    {
        spec["previousCNI"] = new JsonObject { ["strategy"] = "NodeByNode" };
        change?.Invoke(spec);
    });

    private static string Workload(string kind, string name, int replicas) => PodHistory.Workload(kind, name, replicas);
}
