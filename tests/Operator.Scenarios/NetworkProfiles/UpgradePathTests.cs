using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Upgrades over several minors, with the real helm and the simulated nodes.</summary>
public sealed class UpgradePathTests
{
    internal static readonly RolloutLimits Quick = new() { Soak = TimeSpan.FromMilliseconds(100), NoProgress = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task The_plan_lists_every_hop_and_keeps_its_digest_to_the_end()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await StartAsync(cluster);
        cluster.CreateProfile(change: spec =>
        {
            spec["cilium"]!["version"] = "1.17.18";
            spec["approval"] = "Always";
        });
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));
        await cluster.ReadyAsync();

        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.19.6");
        var waiting = await cluster.UntilAsync(
            profile => (string?)ScenarioCluster.Condition(profile, "PlanApproved")?["reason"] == "ApprovalOutdated", "a second plan");
        Assert.Equal(["Upgrade-1.18.12", "Upgrade-1.19.6"], Steps(waiting));
        var digest = (string)waiting["status"]!["plan"]!["digest"]!;
        cluster.Approve(waiting);

        var underWay = await cluster.UntilAsync(
            profile => (profile["status"]!["plan"]?["steps"] as JsonArray)?.FirstOrDefault() is { } first && (string?)first["state"] is "Done" or "Running", "the first hop");
        Assert.Equal(digest, (string?)underWay["status"]!["plan"]!["digest"]);
        Assert.Equal(["Upgrade-1.18.12", "Upgrade-1.19.6"], Steps(underWay));
        var ready = await cluster.ReadyAsync(2);
        Assert.Null(ready["status"]!["plan"]);
        Assert.Equal(["1.17.18", "1.18.12", "1.19.6"], cluster.ChartVersions());
    }

    [Fact]
    public async Task Back_over_a_minor_waits_for_an_approval_and_two_minors_back_are_refused()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["approval"] = "Auto");
        await cluster.ReadyAsync();

        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.17.18");
        await cluster.ConditionAsync("Accepted", "False", "UnsupportedVersionChange");
        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.18.12");
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));
        await cluster.ReadyAsync(3);

        Assert.Equal(["1.19.5", "1.18.12"], cluster.ChartVersions());
    }

    [Fact]
    public async Task The_next_hop_waits_for_the_agents_own_word_although_all_pods_are_ready()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await StartAsync(cluster);
        cluster.CreateProfile(change: spec =>
        {
            spec["cilium"]!["version"] = "1.17.18";
            spec["rollout"] = new JsonObject { ["prePull"] = false };
        });
        await cluster.ReadyAsync();

        using (cluster.Living.Api.Faults.Fail(new(Resource: "pods/exec"), 500, "InternalError", "error dialing backend: no route to host"))
        {
            cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.19.6");
            await cluster.UntilAsync(
                profile => (string?)ScenarioCluster.Condition(profile, "HelmReleased")?["message"] is { } message
                    && message.Contains("agents must say that they are well", StringComparison.Ordinal) && message.Contains("node1, node2, node3: the server answered 500", StringComparison.Ordinal),
                "a wait for the agents' word");
            Assert.Equal(3, cluster.Store.List("pods", "kube-system", "k8s-app=cilium").Count(pod => (string?)pod["status"]!["phase"] == "Running"));
            Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        }

        await cluster.ReadyAsync(2);
    }

    internal static Task<InProcessOperator> StartAsync(ScenarioCluster cluster) =>
        InProcessOperator.StartAsync(cluster, replace: services => services.AddSingleton(Quick));

    private static IEnumerable<string> Steps(JsonObject profile) => profile["status"]!["plan"]!["steps"]!.AsArray().Select(step => (string)step!["name"]!);
}
