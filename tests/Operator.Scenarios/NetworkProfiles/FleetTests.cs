using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Flannel to Cilium on many nodes of which some are down, by the strategies that take all nodes at once.</summary>
public sealed class FleetTests
{
    private readonly WarpTimeProvider _clock = new();

    [Theory]
    [InlineData("Overlap", 12, "node5", "node12")]
    [InlineData("Recreate", 12, "node5", "node12")]
    [InlineData("Overlap", 100, "node7", "node55", "node100")]
    [InlineData("Recreate", 100, "node7", "node55", "node100")]
    public async Task Nodes_that_are_down_are_counted_and_hold_nobody_up_and_come_along_when_they_are_back(string strategy, int nodes, params string[] down)
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(nodes).WithFlannel().WithCoreDns().WithTime(_clock)
            .With(PodHistory.Workload("Deployment", "web", 30)).With(PodHistory.Workload("DaemonSet", "log", nodes)));
        await cluster.StoreAsync("pods", _ => PodHistory.AreAllReady(cluster));
        foreach (var node in down)
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Unreachable = true);
        }

        await cluster.StoreAsync("nodes", store => down.All(node => store.Get("nodes", null, node)!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal)));
        await using var agents = NodeAgents.Start(cluster, _clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        cluster.CreateProfile(change: spec =>
        {
            spec["approval"] = "Auto";
            spec["previousCNI"] = new JsonObject { ["strategy"] = strategy };
        });

        var last = strategy == "Overlap" ? "2 deployed" : "1 deployed";
        var counted = await Passing.FromNowUntilAsync(
            cluster, _clock, p => IsSaid(p, "NodesClean", $"{nodes - down.Length} of {nodes} nodes clean") && AreMoved(cluster, down) && cluster.Revisions().Contains(last));

        Assert.All(down, node => Assert.True(IsSaid(counted, "NodesClean", $"{node}: its kubelet is silent")));
        Assert.NotEqual("True", (string?)ScenarioCluster.Condition(counted, "Ready")!["status"]);

        foreach (var node in down)
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Unreachable = false);
        }

        await Passing.FromNowUntilAsync(cluster, _clock, p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True" && ScenarioCluster.Condition(p, "Reconciling") is null);
        Assert.True(AreMoved(cluster));
        Assert.All(cluster.Store.List("nodes"), node => Assert.DoesNotContain(MigrationTests.Traces(cluster, (string)node["metadata"]!["name"]!), trace => !trace.StartsWith("KUBE-", StringComparison.Ordinal)));
    }

    private static bool IsSaid(JsonObject profile, string condition, string words) =>
        (string?)ScenarioCluster.Condition(profile, condition)?["message"] is { } message && message.Contains(words, StringComparison.Ordinal);

    /// <summary>Every pod that isn't on one of these nodes has an address of the new network.</summary>
    private static bool AreMoved(ScenarioCluster cluster, params string[] except) =>
        PodHistory.Pods(cluster).Where(pod => !except.Contains((string?)pod["spec"]!["nodeName"])).All(pod => ((string?)pod["status"]?["podIP"])?.StartsWith("10.245.", StringComparison.Ordinal) == true);
}
