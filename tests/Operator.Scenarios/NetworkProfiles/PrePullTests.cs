using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Before a hop its images are on every node and Cilium's own preflight has passed; otherwise nothing is restarted.</summary>
public sealed class PrePullTests
{
    private const string NewImage = "cilium:v1.19.6";

    [Fact]
    public async Task Images_come_first_then_the_preflight_and_both_are_gone_when_the_agents_are_replaced()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        await UpgradeAsync(cluster);
        await cluster.ReadyAsync(2);
        await cluster.StoreAsync("daemonsets.apps", store => store.Get("daemonsets.apps", "kube-system", "netprofile-image-pull") is null);

        var changes = cluster.Living.Api.Changes.All;
        int First(Func<Change, bool> which) => changes.Select((change, at) => (change, at)).First(c => which(c.change)).at;
        var pulled = First(c => Is(c, "daemonsets.apps", "netprofile-image-pull") && (int?)c.Object.Value["status"]?["numberReady"] == 3);
        var checking = First(c => Is(c, "daemonsets.apps", "cilium-pre-flight-check") && (int?)c.Object.Value["status"]?["numberReady"] == 3);
        var checkedAll = First(c => c.Type == ChangeType.Deleted && Is(c, "deployments.apps", "cilium-pre-flight-check"));
        var upgraded = First(c => Is(c, "secrets", "sh.helm.release.v1.cilium.v2"));
        var restarted = First(c => c.Resource == "pods" && ImageOf(c).Contains(NewImage, StringComparison.Ordinal) && (string?)c.Object.Value["metadata"]?["labels"]?["k8s-app"] == "cilium");
        int[] order = [pulled, checking, checkedAll, upgraded, restarted];
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(cluster.Store.List("secrets", "kube-system"), secret => ((string)secret["metadata"]!["name"]!).Contains("netprofile-preflight", StringComparison.Ordinal));
        Assert.Empty(cluster.Store.List("pods", "kube-system", "k8s-app in (cilium-pre-flight-check,cilium-pre-flight-check-deployment)"));
    }

    [Fact]
    public async Task An_image_that_one_node_cannot_pull_blocks_the_hop_by_name_and_nothing_is_restarted()
    {
        var clock = new WarpTimeProvider();
        await using var cluster = await StartAsync(clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        cluster.Living.ChangeHost("node2", host => host.Knobs.ImagePullFails = NewImage);
        var agents = await UpgradeAsync(cluster);

        var blocked = await cluster.ConditionAsync("HelmReleased", "False", "ImagePullFailed");

        var message = (string)ScenarioCluster.Condition(blocked, "HelmReleased")!["message"]!;
        Assert.All(["Upgrade-1.19.6", NewImage, "on node2 ", "nothing was restarted"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.DoesNotContain("node1", message, StringComparison.Ordinal);
        Assert.Equal("True", (string?)ScenarioCluster.Condition(blocked, "Stalled")!["status"]);
        Assert.Equal(["1 deployed"], cluster.Revisions());
        Assert.Equal(agents, Agents(cluster));

        cluster.Living.ChangeHost("node2", host => host.Knobs.ImagePullFails = null);
        var ready = cluster.ReadyAsync(2);
        while (await Task.WhenAny(ready, Kubectl.RunAsync(cluster, ["get", "netprof", "cluster"])) != ready)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        await ready;
    }

    [Fact]
    public async Task A_policy_that_the_next_minor_does_not_take_blocks_the_hop_and_nothing_is_restarted()
    {
        await using var cluster = await StartAsync();
        await using var @operator = await UpgradePathTests.StartAsync(cluster);
        SetValidator(cluster, fails: true);
        var agents = await UpgradeAsync(cluster);

        var blocked = await cluster.ConditionAsync("HelmReleased", "False", "CiliumPreflightFailed");

        Assert.Contains("cnp-validator", (string)ScenarioCluster.Condition(blocked, "HelmReleased")!["message"]!, StringComparison.Ordinal);
        Assert.Equal(["1 deployed"], cluster.Revisions());
        Assert.Equal(agents, Agents(cluster));
        SetValidator(cluster, fails: false);
        await cluster.ReadyAsync(2);
    }

    private static Task<ScenarioCluster> StartAsync(TimeProvider? clock = null) => ScenarioCluster.StartAsync(change: builder =>
        (clock is null ? builder : builder.WithTime(clock)).WithTimings(ActorTimings.Instant with { Backoff = TimeSpan.FromMilliseconds(200), MaxBackoff = TimeSpan.FromSeconds(1) }));

    /// <returns>The agents' pods before.</returns>
    private static async Task<IReadOnlyList<string>> UpgradeAsync(ScenarioCluster cluster)
    {
        cluster.CreateProfile(change: spec => spec["cilium"]!["version"] = "1.18.12");
        await cluster.ReadyAsync();
        var agents = Agents(cluster);
        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.19.6");
        return agents;
    }

    private static void SetValidator(ScenarioCluster cluster, bool fails)
    {
        foreach (var node in new[] { "node1", "node2", "node3" })
        {
            cluster.Living.ChangeHost(node, host =>
            {
                host.Knobs.Crash.Clear();
                if (fails)
                {
                    host.Knobs.Crash["cnp-validator"] = (1, "level=error msg=\"Validation of CNP failed\"");
                }
            });
        }
    }

    private static IReadOnlyList<string> Agents(ScenarioCluster cluster) =>
        [.. cluster.Store.List("pods", "kube-system", "k8s-app=cilium").Select(pod => (string)pod["metadata"]!["uid"]!).Order(StringComparer.Ordinal)];

    private static bool Is(Change change, string resource, string name) => change.Resource == resource && change.Object.Key.Name == name;

    private static string ImageOf(Change change) => (string?)change.Object.Value["spec"]?["containers"]?[0]?["image"] ?? "";
}
