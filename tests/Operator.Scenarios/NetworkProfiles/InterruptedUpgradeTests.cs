using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetProfile.Cilium.Values;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Scenarios.Support.Interruption;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>An upgrade over five minors in which no operator lives to see what its one effect has led to.</summary>
public sealed class InterruptedUpgradeTests(ITestOutputHelper output)
{
    private const string Upgrade = "helm upgrade cilium";

    private const string Preflight = "helm upgrade netprofile-preflight";

    private static readonly string[] s_versions = ["1.15.19", "1.16.19", "1.17.18", "1.18.12", "1.19.6", "1.20.0"];

    [Fact]
    public async Task From_1_15_to_1_20_on_50_nodes_with_a_death_behind_every_effect_five_hops_go_in_order_to_the_same_end()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("NETPROFILE_LARGE") is { Length: > 0 }, "takes minutes, and wasn't seen to pass since every roll begins with one agent: set NETPROFILE_LARGE to run it");
        await using var cluster = await UpgradeAsync(nodes: 50, prePull: true, async cluster =>
        {
            var began = Stopwatch.StartNew();
            var run = await EffectInterruption.RunAsync(cluster, life => StartAsync(cluster, life), Deaths.AfterEveryAndInTheMiddleOf(IsFirstTry), DoneAsync(cluster));
            output.WriteLine($"1.15 to 1.20 on 50 nodes: {run.Summary()}, {began.Elapsed.TotalSeconds:0} s");
            Assert.Equal(run.Effects.Count, run.Lives);
            Assert.Equal(2 * (s_versions.Length - 1), run.Effects.Count(e => e.Text == Upgrade));
            Assert.Equal(1 + (s_versions.Length - 1), run.Effects.Count(e => e.Text == Preflight));
        });
        await using var undisturbed = await UpgradeAsync(nodes: 3, prePull: false, async cluster =>
        {
            await using (await UpgradePathTests.StartAsync(cluster))
            {
                await DoneAsync(cluster);
            }
        });

        AgentsAssert.NeverTwoMinorsApart(cluster);
        Assert.Equal(s_versions, DeployedVersions(cluster));
        Assert.Equal(s_versions, DeployedVersions(undisturbed));
        Assert.DoesNotContain(cluster.Revisions(), revision => revision.Contains("pending", StringComparison.Ordinal));
        Assert.Single(cluster.Revisions(), revision => revision.Contains("deployed", StringComparison.Ordinal));
        Assert.Equal(End(undisturbed), End(cluster));
    }

    /// <summary>Ready, and the batch of the agents' DaemonSet given back to helm.</summary>
    private static async Task DoneAsync(ScenarioCluster cluster)
    {
        await cluster.ReadyAsync(2);
        await cluster.StoreAsync("daemonsets.apps", store => store.Get("daemonsets.apps", "kube-system", "cilium")!["metadata"]!["annotations"]?["netprofile.io/rollout"] is null);
    }

    /// <summary>Each hop's helm is killed in its middle once, the preflight's in the first hop.</summary>
    private static bool IsFirstTry(Effect effect) => effect is { Text: Upgrade, Nth: var nth } ? nth % 2 == 1 : effect is { Text: Preflight, Nth: 1 };

    /// <summary>A cluster with the first version on all nodes, and the last one wished for.</summary>
    private static async Task<ScenarioCluster> UpgradeAsync(int nodes, bool prePull, Func<ScenarioCluster, Task> act)
    {
        var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(nodes));
        try
        {
            cluster.Patience = TimeSpan.FromMinutes(10);
            await using (await UpgradePathTests.StartAsync(cluster))
            {
                cluster.CreateProfile(change: spec =>
                {
                    spec["cilium"]!["version"] = s_versions[0];
                    spec["rollout"] = new JsonObject { ["maxUnavailable"] = "25%", ["prePull"] = prePull };
                });
                await cluster.ReadyAsync();
            }

            cluster.ChangeSpec(spec => spec["cilium"]!["version"] = s_versions[^1]);
            await act(cluster);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task<IAsyncDisposable> StartAsync(ScenarioCluster cluster, Life life) => await InProcessOperator.StartAsync(cluster, replace: services =>
    {
        services.AddSingleton(UpgradePathTests.Quick);
        life.Install(services);
    });

    /// <summary>By the agents' image in every state of their DaemonSet.</summary>
    private static IEnumerable<string> DeployedVersions(ScenarioCluster cluster) => cluster.Living.Api.Changes.Of("daemonsets.apps", "cilium")
        .Select(change => ((string)change.Object.Value["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!).Split('@')[0].Split(":v")[^1])
        .Aggregate(new List<string>(), (versions, version) => versions is [.., var last] && last == version ? versions : [.. versions, version]);

    private static (string? Config, string? Agents) End(ScenarioCluster cluster) => (
        cluster.Store.Get("configmaps", "kube-system", "cilium-config")!["data"]!.AsObject().Sorted().ToJsonString(),
        cluster.Store.Get("daemonsets.apps", "kube-system", "cilium")!["spec"]!.AsObject().Sorted().ToJsonString());
}
