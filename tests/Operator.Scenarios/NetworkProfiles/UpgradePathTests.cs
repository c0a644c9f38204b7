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
    public async Task From_1_15_to_1_20_Cilium_goes_one_minor_at_a_time_and_no_two_agents_are_ever_two_minors_apart()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(12));
        await using (await StartAsync(cluster))
        {
            cluster.CreateProfile(change: spec => spec["cilium"]!["version"] = "1.15.19");
            await cluster.ReadyAsync();
        }

        var last = new[] { "1.15.19", "1.16.19", "1.17.18", "1.18.12", "1.19.6", "1.20.0" };
        cluster.ChangeSpec(spec =>
        {
            spec["cilium"]!["version"] = "1.20.0";
            spec["rollout"] = new JsonObject { ["maxUnavailable"] = "25%" };
        });

        // The operator is stopped behind every revision and another one goes on.
        for (var revision = 2; revision <= 5; revision++)
        {
            await using var @operator = await StartAsync(cluster);
            await cluster.RevisionAsync(revision);
        }

        await using (await StartAsync(cluster))
        {
            var profile = await cluster.ReadyAsync(2);
            Assert.Equal("1.20.0", (string?)profile["status"]!["cilium"]!["version"]);
        }

        Assert.Equal(last, cluster.ChartVersions());
        AgentsAssert.NeverTwoMinorsApart(cluster);
    }

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

    internal static Task<InProcessOperator> StartAsync(ScenarioCluster cluster) =>
        InProcessOperator.StartAsync(cluster, replace: services => services.AddSingleton(Quick));

    private static IEnumerable<string> Steps(JsonObject profile) => profile["status"]!["plan"]!["steps"]!.AsArray().Select(step => (string)step!["name"]!);
}
