using System.Text.Json.Nodes;
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

        var profile = await Passing.UntilAsync(cluster, _clock, p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True" && ScenarioCluster.Condition(p, "Reconciling") is null);

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

    [Fact]
    public async Task A_hundred_nodes_of_which_three_are_down_are_switched_twenty_at_a_time_and_no_budget_is_broken()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("NETPROFILE_LARGE") is { Length: > 0 }, "takes minutes, and doesn't end at present: set NETPROFILE_LARGE to run it");
        await using var cluster = await StartAsync(100, Workload("Deployment", "web", 30), Workload("DaemonSet", "log", 100), """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: default}
            spec: {maxUnavailable: 3, selector: {matchLabels: {app: web}}}
            """);
        foreach (var node in s_down)
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Unreachable = true);
        }

        await cluster.StoreAsync("nodes", store => s_down.All(node => store.Get("nodes", null, node)!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal)));
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster, spec => spec["rollout"] = new JsonObject { ["maxUnavailable"] = "20%" });
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));
        cluster.Patience = TimeSpan.FromMinutes(4);

        await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "OperatorReady")?["status"] == "True", "Cilium is installed");
        await Passing.FromNowUntilAsync(cluster, _clock, _ => cluster.Revisions().Contains("2 deployed"));

        var states = NodeHistory.States(cluster);
        Assert.Equal(97, states.Count(pair => pair.Value[^1] == "Done"));
        Assert.DoesNotContain(states.Keys, s_down.Contains);
        Assert.InRange(NodeHistory.MostDisturbed(cluster), 2, 20);
        Assert.Equal("node1", NodeHistory.Order(cluster)[^1]);
        NodeHistory.AssertNoPodWasTakenFromANodeBeforeItsTurn(cluster);
        Assert.True(PodHistory.LeastReady(cluster, "web", 30) >= 27);
    }

    private static readonly string[] s_down = ["node7", "node55", "node100"];

    private async Task<ScenarioCluster> StartAsync(int nodes, params string[] manifests)
    {
        var cluster = await ScenarioCluster.StartAsync(change: builder =>
            manifests.Aggregate(builder.WithNodes(nodes).WithFlannel().WithCoreDns().WithTime(_clock), (b, manifest) => b.With(manifest)));
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
