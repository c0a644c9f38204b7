using System.Diagnostics;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Scenarios.Support.Interruption;

namespace NetProfile.Operator.Scenarios.Restore;

/// <summary>A way back, and an uninstalling, in which no operator lives to see what its one effect has led to.</summary>
public sealed class InterruptedRestoreTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("parked", 3)]
    [InlineData("finished", 4)]
    public async Task With_a_death_behind_every_effect_the_old_network_comes_back_as_it_was(string boundary, int helm)
    {
        await using var cluster = await MigratingCluster.StartAsync(helm);
        cluster.Patience = TimeSpan.FromMinutes(4);
        var before = ClusterPicture.Take(cluster);
        await using var agents = NodeAgents.Start(cluster);
        await using (await InProcessOperator.StartAsync(cluster))
        {
            cluster.CreateProfile(change: MigratingCluster.Overlap);
            await MigratingCluster.ReachAsync(cluster, boundary);
        }

        MigratingCluster.Ask(cluster, "restore", "1");
        var began = Stopwatch.StartNew();
        var run = await EffectInterruption.RunAsync(cluster, async life => await InProcessOperator.StartAsync(cluster, replace: life.Install), Deaths.AfterEvery, MigratingCluster.RestoredAsync(cluster));
        output.WriteLine($"restore from '{boundary}': {run.Summary()}, {began.Elapsed.TotalSeconds:0} s");

        ClusterPicture.AssertSame(before, ClusterPicture.Take(cluster));
        Assert.All(MigratingCluster.NetworkedPods(cluster), pod => Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
        Assert.Single(run.Effects, e => e.Text.StartsWith("helm uninstall", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_death_behind_every_effect_an_uninstalling_comes_to_its_end()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        cluster.Patience = TimeSpan.FromMinutes(4);
        await using var agents = NodeAgents.Start(cluster);
        await using (await InProcessOperator.StartAsync(cluster))
        {
            cluster.CreateProfile(change: spec => (spec["deletionPolicy"], spec["approval"]) = ("Purge", "Auto"));
            await cluster.ReadyAsync();
        }

        cluster.Store.Delete(ScenarioCluster.Profiles, null, "cluster");
        var began = Stopwatch.StartNew();
        var run = await EffectInterruption.RunAsync(cluster, async life => await InProcessOperator.StartAsync(cluster, replace: life.Install), Deaths.AfterEvery, cluster.GoneAsync());
        output.WriteLine($"uninstall: {run.Summary()}, {began.Elapsed.TotalSeconds:0} s");

        Assert.Empty(cluster.Revisions());
        Assert.All(new[] { "node1", "node2", "node3" }, node => Assert.False(cluster.Living.Host(node, host => host.Links.ContainsKey("cilium_host") || host.HasChain("CILIUM_"))));
        Assert.DoesNotContain(cluster.Store.List("customresourcedefinitions.apiextensions.k8s.io"), d => ((string)d["metadata"]!["name"]!).EndsWith(".cilium.io", StringComparison.Ordinal));
    }
}
