using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>An upgrade whose agents crash stops at its first batch, and a person has three ways on.</summary>
public sealed class FreezeTests
{
    private const string LastLine = "level=fatal msg=\"no such map\"";

    [Fact]
    public async Task Crashing_agents_freeze_the_upgrade_at_the_canary_and_retry_goes_on()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        var frozen = await FreezeAsync(cluster);

        Assert.Equal("OnDelete", Strategy(cluster));
        Assert.Equal("Frozen", (string?)frozen["status"]!["phase"]);
        var message = (string)ScenarioCluster.Condition(frozen, "Stalled")!["message"]!;
        Assert.All(["retry", "rollback", "continue", "1.15.19"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Single(Agents(cluster), agent => agent.Version == "1.16.19");

        Crash(cluster, on: false);
        Choose(cluster, "retry");
        var ready = await cluster.ReadyAsync(2);

        Assert.Equal("retry", (string?)ready["status"]!["lastHandledAction"]!["action"]);
        Assert.Equal("RollingUpdate", Strategy(cluster));
        Assert.Equal(["1.15.19", "1.16.19", "1.17.18"], cluster.ChartVersions());
        AgentsAssert.NeverTwoMinorsApart(cluster);
    }

    [Fact]
    public async Task On_many_nodes_one_agent_alone_is_tried_and_the_others_follow_in_batches_once_it_is_well()
    {
        await using var cluster = await StartAsync(nodes: 12, agentReady: TimeSpan.FromSeconds(1));
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        await FreezeAsync(cluster, "1.16.19", maxUnavailable: "50%");
        Assert.Single(Agents(cluster), agent => agent.Version == "1.16.19");

        Crash(cluster, on: false);
        Choose(cluster, "retry");
        await cluster.ReadyAsync(2);
        await cluster.StoreAsync("daemonsets.apps", _ => Marks(cluster)[^1] is null);
        Assert.Equal([null, "frozen", "retried", "widened", null], Marks(cluster));
        Assert.Equal("1", Batch(cluster.Store.Get("daemonsets.apps", "kube-system", "cilium")!));
        Assert.Contains(cluster.Living.Api.Changes.Of("daemonsets.apps", "cilium"), change => Batch(change.Object.Value) == "6");
    }

    [Fact]
    public async Task Rollback_brings_the_revision_before_back_and_what_failed_is_not_tried_again_by_itself()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        await FreezeAsync(cluster);

        Crash(cluster, on: false);
        Choose(cluster, "rollback");
        var back = await cluster.UntilAsync(
            profile => (string?)profile["status"]?["lastHandledAction"]?["action"] == "rollback"
                && Agents(cluster).All(agent => agent.Version == "1.15.19"),
            "every agent back on 1.15.19");
        Assert.Equal("Frozen", (string?)ScenarioCluster.Condition(back, "Stalled")!["reason"]);
        Assert.Equal(["1.15.19", "1.16.19", "1.15.19"], cluster.ChartVersions());

        // The settings were others for a while; agents that were never replaced have never read those.
        await cluster.UntilAsync(profile => (string?)ScenarioCluster.Condition(profile, "AgentsReady")!["status"] == "True", "agents are ready and not called outdated");

        Choose(cluster, "retry");
        await cluster.ReadyAsync(2);
        Assert.Equal(["1.15.19", "1.16.19", "1.15.19", "1.16.19", "1.17.18"], cluster.ChartVersions());
    }

    [Fact]
    public async Task Continue_leaves_the_failed_node_behind_and_rolls_the_others()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        await FreezeAsync(cluster, "1.16.19");
        var failed = Assert.Single(Agents(cluster), agent => agent.Version == "1.16.19").Node;
        foreach (var node in Nodes(cluster).Where(node => node != failed))
        {
            cluster.Living.ChangeHost(node, host => host.Knobs.Crash.Clear());
        }

        Choose(cluster, "continue");
        await cluster.UntilAsync(
            profile => (string?)profile["status"]?["lastHandledAction"]?["action"] == "continue" && ScenarioCluster.Condition(profile, "Stalled") is null
                && Agents(cluster) is { Count: 4 } agents && agents.All(agent => agent.Version == "1.16.19"),
            "all nodes on 1.16.19");
        AgentsAssert.NeverTwoMinorsApart(cluster);
    }

    [Fact]
    public async Task With_onFailure_Rollback_the_revision_before_comes_back_by_itself()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        cluster.CreateProfile(change: spec =>
        {
            spec["cilium"]!["version"] = "1.15.19";
            spec["rollout"] = new JsonObject { ["onFailure"] = "Rollback", ["prePull"] = false };
        });
        await cluster.ReadyAsync();
        Crash(cluster, on: true);
        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.16.19");
        await cluster.RevisionAsync(3);
        Crash(cluster, on: false);
        await cluster.UntilAsync(_ => Agents(cluster).All(agent => agent.Version == "1.15.19"), "every agent back on 1.15.19");

        await cluster.ConditionAsync("Stalled", "True", "Frozen");
        Assert.Equal(["1.15.19", "1.16.19", "1.15.19"], cluster.ChartVersions());
    }

    private static string? Batch(JsonObject daemonSet) => daemonSet["spec"]?["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"]?.ToString();

    /// <summary>What the operator has noted on the DaemonSet, one after the other.</summary>
    private static List<string?> Marks(ScenarioCluster cluster)
    {
        var marks = new List<string?>();
        foreach (var change in cluster.Living.Api.Changes.Of("daemonsets.apps", "cilium"))
        {
            var mark = ((string?)change.Object.Value["metadata"]?["annotations"]?["netprofile.io/rollout"])?.Split(':')[0];
            if (marks.Count == 0 || marks[^1] != mark)
            {
                marks.Add(mark);
            }
        }

        return marks;
    }

    private static Task<ScenarioCluster> StartAsync(int nodes = 4, TimeSpan agentReady = default) => ScenarioCluster.StartAsync(change: builder => builder
        .WithNodes(nodes).WithTimings(SimulatedCluster.Actors.Engine.ActorTimings.Instant with { Backoff = TimeSpan.FromMilliseconds(200), MaxBackoff = TimeSpan.FromSeconds(1), AgentReady = agentReady }));

    private static async Task<JsonObject> FreezeAsync(ScenarioCluster cluster, string to = "1.17.18", string maxUnavailable = "10%")
    {
        cluster.CreateProfile(change: spec =>
        {
            spec["cilium"]!["version"] = "1.15.19";
            spec["rollout"] = new JsonObject { ["prePull"] = false, ["maxUnavailable"] = maxUnavailable };
        });
        await cluster.ReadyAsync();
        Crash(cluster, on: true);
        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = to);
        var frozen = await cluster.ConditionAsync("Stalled", "True", "Frozen");
        await cluster.StoreAsync("daemonsets.apps", _ => Strategy(cluster) == "OnDelete");
        return frozen;
    }

    private static void Crash(ScenarioCluster cluster, bool on)
    {
        foreach (var node in Nodes(cluster))
        {
            cluster.Living.ChangeHost(node, host =>
            {
                host.Knobs.Crash.Clear();
                if (on)
                {
                    host.Knobs.Crash["cilium-agent"] = (1, LastLine);
                }
            });
        }
    }

    private static void Choose(ScenarioCluster cluster, string action)
    {
        cluster.Annotate("netprofile.io/requestedAt", Guid.NewGuid().ToString());
        cluster.Annotate("netprofile.io/action", action);
    }

    private static IEnumerable<string> Nodes(ScenarioCluster cluster) => cluster.Store.List("nodes").Select(node => (string)node["metadata"]!["name"]!);

    private static string? Strategy(ScenarioCluster cluster) => (string?)cluster.Store.Get("daemonsets.apps", "kube-system", "cilium")?["spec"]?["updateStrategy"]?["type"];

    private static List<(string Node, string Version)> Agents(ScenarioCluster cluster) =>
    [
        .. cluster.Store.List("pods", "kube-system", "k8s-app=cilium").Select(pod => (
            (string?)pod["spec"]!["nodeName"] ?? "",
            ((string)pod["spec"]!["containers"]!.AsArray().First(c => (string?)c!["name"] == "cilium-agent")!["image"]!).Split('@')[0].Split(':')[^1].TrimStart('v'))),
    ];
}
