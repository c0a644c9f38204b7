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

    /// <summary>Where the end of an upgrade is that nobody has disturbed: the same for all of them.</summary>
    private static readonly Lazy<Task<(string? Config, string? Agents)>> s_undisturbed = new(UndisturbedAsync);

    [Fact]
    public Task On_50_nodes_with_two_deaths_in_every_hop_five_hops_go_in_order_to_the_same_end() => ExpectSameEndAsync(
        nodes: 50, (effect, moment) => effect.Text == Upgrade && moment == (IsFirstTry(effect) ? Moment.During : Moment.After), prePull: false);

    [Fact]
    public Task On_6_nodes_with_a_death_behind_every_effect_five_hops_go_in_order_to_the_same_end() => ExpectSameEndAsync(
        nodes: 6, Deaths.AfterEveryAndInTheMiddleOf(IsFirstTry));

    [Fact]
    public Task On_50_nodes_with_a_death_behind_every_effect_five_hops_go_in_order_to_the_same_end()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("NETPROFILE_LARGE") is { Length: > 0 },
            "passes, and takes two to four minutes, because every life asks 50 agents anew; 50 nodes with deaths in every hop, and a death behind every effect on 6 nodes, are always run: set NETPROFILE_LARGE to run it");
        return ExpectSameEndAsync(nodes: 50, Deaths.AfterEveryAndInTheMiddleOf(IsFirstTry));
    }

    /// <param name="nodes">Of which half are replaced at once, after the first.</param>
    /// <param name="dies">Where lives end.</param>
    /// <param name="prePull">Each hop has images pulled and Cilium's preflight before it, and then no life has more than one effect.</param>
    private async Task ExpectSameEndAsync(int nodes, Func<Effect, Moment, bool> dies, bool prePull = true)
    {
        await using var cluster = await UpgradeAsync(nodes, prePull, async cluster =>
        {
            var began = Stopwatch.StartNew();
            var run = await EffectInterruption.RunAsync(cluster, life => StartAsync(cluster, life), dies, DoneAsync(cluster));
            output.WriteLine($"1.15 to 1.20 on {nodes} nodes: {run.Summary()}, {began.Elapsed.TotalSeconds:0} s");
            var all = string.Join('\n', run.Effects.Select(e => $"{e.Life} {e.Text}"));
            Assert.True(run.Effects.Count(e => e.Text == Upgrade) == 2 * (s_versions.Length - 1), all);
            Assert.True(run.Effects.Count(e => e.Text == Preflight) == (prePull ? 1 + (s_versions.Length - 1) : 0), all);
            Assert.True(run.Lives == (prePull ? run.Effects.Count : 1 + (2 * (s_versions.Length - 1))), run.Summary());
        });

        AgentsAssert.NeverTwoMinorsApart(cluster);
        Assert.Equal(s_versions, DeployedVersions(cluster));
        Assert.DoesNotContain(cluster.Revisions(), revision => revision.Contains("pending", StringComparison.Ordinal));
        Assert.Single(cluster.Revisions(), revision => revision.Contains("deployed", StringComparison.Ordinal));
        Assert.Equal(await s_undisturbed.Value, End(cluster));
    }

    private static async Task<(string? Config, string? Agents)> UndisturbedAsync()
    {
        await using var cluster = await UpgradeAsync(nodes: 3, prePull: false, async cluster =>
        {
            await using (await UpgradePathTests.StartAsync(cluster))
            {
                await DoneAsync(cluster);
            }
        });
        Assert.Equal(s_versions, DeployedVersions(cluster));
        return End(cluster);
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
                    spec["rollout"] = new JsonObject { ["maxUnavailable"] = "50%", ["prePull"] = prePull };
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
