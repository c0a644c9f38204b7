using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Scenarios.Support.Interruption;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Migrations in which nobody, operator or node agent, lives to see what its one effect has led to.</summary>
public sealed class InterruptedMigrationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Overlap")]
    [InlineData("Recreate")]
    [InlineData("NodeByNode")]
    public async Task A_migration_with_a_death_behind_every_effect_comes_to_the_same_end(string strategy)
    {
        await using var cluster = await MigrationTests.FlannelClusterAsync();
        cluster.Patience = TimeSpan.FromMinutes(5);
        await cluster.PodsAsync(MigrationTests.Pods);
        var before = cluster.Living.RecordReachability();
        cluster.CreateProfile(change: spec => Ask(spec, strategy));
        var began = Stopwatch.StartNew();
        var run = await EffectInterruption.RunAsync(cluster, life => StartAsync(cluster, life), Deaths.AfterEvery, cluster.ReadyAsync());
        output.WriteLine($"{strategy}: {run.Summary()}, {began.Elapsed.TotalSeconds:0} s");

        await using var undisturbed = await MigrationTests.FlannelClusterAsync();
        undisturbed.CreateProfile(change: spec => Ask(spec, strategy));
        var clock = new WarpTimeProvider();
        await using (NodeAgents.Start(undisturbed, clock))
        await using (await InProcessOperator.StartAsync(undisturbed, clock, change: options => options with { Rollout = UpgradePathTests.Quick }))
        {
            await Passing.FromNowUntilAsync(undisturbed, clock, p => (string?)ScenarioCluster.Condition(p, "Ready")?["status"] == "True" && ScenarioCluster.Condition(p, "Reconciling") is null);
        }

        Assert.Equal(End(undisturbed), End(cluster));
        Assert.Equal(Kept(undisturbed), Kept(cluster));
        Assert.All(["node1", "node2", "node3"], node => Assert.Empty(MigrationTests.Traces(cluster, node)));
        Assert.DoesNotContain(cluster.Revisions(), revision => revision.Contains("pending", StringComparison.Ordinal));
        if (strategy != "Recreate")
        {
            Assert.Empty(before.Lost);
        }
    }

    private static void Ask(JsonObject spec, string strategy)
    {
        MigrationTests.Native(spec);
        spec["approval"] = "Auto";
        spec["previousCNI"] = new JsonObject { ["strategy"] = strategy };
    }

    private static async Task<IAsyncDisposable> StartAsync(ScenarioCluster cluster, Life life)
    {
        var agents = NodeAgents.Start(cluster, mortal: client => life.Client(client, "nodes"));
        return new Several(agents, await InProcessOperator.StartAsync(cluster, replace: services =>
        {
            services.AddSingleton(UpgradePathTests.Quick);
            life.Install(services);
        }));
    }

    private static string End(ScenarioCluster cluster) => string.Join('\n',
        cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!.ToJsonString(),
        cluster.Store.Get("daemonsets.apps", "kube-system", "cilium")!["spec"]!.ToJsonString(),
        cluster.Store.List("daemonsets.apps").Count,
        string.Join(' ', cluster.Store.List("namespaces").Select(n => (string)n["metadata"]!["name"]!)),
        cluster.Store.List("pods").Count(MigrationTests.IsNetworked),
        cluster.Store.List("ciliumendpoints.cilium.io").Count);

    /// <summary>What the backup holds, by kind and name.</summary>
    private static string Kept(ScenarioCluster cluster) =>
        string.Join('\n', cluster.Profile()!["status"]!["backup"]!["objects"]!.AsArray().Select(o => (string)o!).Order(StringComparer.Ordinal));
}
