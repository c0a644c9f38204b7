using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Operator.Scenarios.Support.Interruption;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Tunnel to native, with who reaches whom looked at after every change of a pod or a host.</summary>
public sealed class LiveSwitchTests(ITestOutputHelper output)
{
    private const string Pods =
        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: probe, namespace: default}, spec: {selector: {matchLabels: {app: probe}}, "
        + "template: {metadata: {labels: {app: probe}}, spec: {tolerations: [{operator: Exists}], containers: [{name: probe, image: busybox}]}}}}";

    [Fact]
    public async Task Live_goes_through_its_three_steps_with_a_death_behind_every_effect_and_no_pair_of_pods_is_ever_apart()
    {
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(6));
        cluster.Patience = TimeSpan.FromMinutes(4);
        await using (await UpgradePathTests.StartAsync(cluster))
        {
            await InstallAsync(cluster, cluster.ReadyAsync());
        }

        var reached = cluster.Living.RecordReachability();
        var checksBefore = reached.Checks;
        ToNative(cluster);
        var began = Stopwatch.StartNew();
        var run = await EffectInterruption.RunAsync(cluster, life => StartAsync(cluster, life), Deaths.AfterEveryAndInTheMiddleOf(IsFirstTry), cluster.ReadyAsync(2));
        output.WriteLine($"Live on 6 nodes: {run.Summary()}, {began.Elapsed.TotalSeconds:0} s; {reached.Checks - checksBefore} pairs looked at, {reached.Lost.Count} lost, {reached.Masqueraded.Count} masqueraded");

        Assert.Equal(run.Effects.Count, run.Lives);
        Assert.True(run.Effects.Count(e => e.Text == "helm upgrade cilium") >= 6, string.Join(", ", run.Effects.Select(e => e.Text)));
        Assert.True(reached.Checks - checksBefore > 1000);
        Assert.Empty(reached.Lost);
        Assert.Empty(reached.Masqueraded);
        Assert.Equal(["tunnel False", "tunnel True", "native True", "native False"], Modes(cluster));
    }

    [Fact]
    public async Task OneStroke_parts_nodes_only_between_its_first_and_its_last_agent_and_the_plan_says_for_about_how_long()
    {
        var clock = new WarpTimeProvider();
        await using var cluster = await ScenarioCluster.StartAsync(change: builder => builder.WithNodes(6).WithTime(clock).WithTimings(new ActorTimings())
            .WithHosts(host => host.Knobs.Slowness = 1 + (0.04 * int.Parse(host.Name[4..], System.Globalization.CultureInfo.InvariantCulture))));
        cluster.Patience = TimeSpan.FromMinutes(4);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock, replace: services => services.AddSingleton(UpgradePathTests.Quick));
        await InstallAsync(cluster, PassAsync(cluster, clock, cluster.ReadyAsync()), strategy: "OneStroke");
        var reached = cluster.Living.RecordReachability();

        ToNative(cluster);
        var waiting = await PassAsync(cluster, clock, cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));
        var stroke = waiting["status"]!["plan"]!["steps"]![0]!;
        Assert.Equal(("OneStroke", "Outage"), ((string?)stroke["name"], (string?)stroke["disruption"]));
        var estimate = int.Parse(((string)stroke["because"]!).Split("about ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        cluster.Approve(waiting);
        await PassAsync(cluster, clock, cluster.ReadyAsync(2));

        var (first, last) = Window(cluster);
        var apart = reached.Lost.Where(gap => gap.From != gap.To).ToList();
        Assert.NotEmpty(apart);
        Assert.All(apart, gap => Assert.NotNull(gap.Until));
        var outage = apart.Max(gap => gap.Until!.Value) - apart.Min(gap => gap.Since);
        output.WriteLine($"OneStroke on 6 nodes: {(last - first).TotalSeconds:0.0} s from the first agent down to the last one up, {outage.TotalSeconds:0.0} s of them with nodes apart; the plan said about {estimate} s");
        Assert.All(apart, gap => Assert.InRange(gap.Since, first, last));
        Assert.True(outage > TimeSpan.Zero && estimate > 0);
    }

    private static async Task InstallAsync(ScenarioCluster cluster, Task ready, string strategy = "Live")
    {
        cluster.CreateProfile(change: spec =>
        {
            spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true, ["kubeProxy"] = "Keep" };
            spec["masquerading"] = new JsonObject { ["mode"] = "BPF" };
            spec["routingSwitch"] = strategy;
        });
        await ready;
        cluster.Living.Create(Pods);
        await cluster.StoreAsync("pods", store => store.List("pods", "default", "app=probe").Count(pod => (string?)pod["status"]?["podIP"] is { Length: > 0 }) == 6);
    }

    private static void ToNative(ScenarioCluster cluster) => cluster.ChangeSpec(spec => spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true });

    private static bool IsFirstTry(Effect effect) => effect is { Text: "helm upgrade cilium", Nth: var nth } && nth % 2 == 1;

    private static async Task<IAsyncDisposable> StartAsync(ScenarioCluster cluster, Life life) => await InProcessOperator.StartAsync(cluster, replace: services =>
    {
        services.AddSingleton(UpgradePathTests.Quick);
        life.Install(services);
    });

    /// <summary>Overlay or native, and whether the overlay's device is kept, in every state of the settings.</summary>
    private static List<string> Modes(ScenarioCluster cluster)
    {
        var modes = new List<string>();
        foreach (var change in cluster.Living.Api.Changes.Of("configmaps", "cilium-config"))
        {
            var data = change.Object.Value["data"]!;
            var mode = $"{data["routing-mode"]} {((string?)data["enable-ipv4-egress-gateway"] ?? (string?)data["enable-egress-gateway"]) is "true"}";
            if (modes.Count == 0 || modes[^1] != mode)
            {
                modes.Add(mode);
            }
        }

        return modes;
    }

    /// <summary>From the first agent of the old mode that was told to go to the moment at which the last one of the new mode was ready.</summary>
    private static (DateTimeOffset First, DateTimeOffset Last) Window(ScenarioCluster cluster)
    {
        var agents = cluster.Living.Api.Changes.Of("pods").Where(change => (string?)change.Object.Value["metadata"]!["labels"]?["k8s-app"] == "cilium").ToList();
        var first = agents.First(change => change.Object.Value["metadata"]!["deletionTimestamp"] is not null).Time;
        var last = agents.Last(change => change.Type == ChangeType.Modified && IsReady(change.Object.Value) && !IsReady(change.Previous?.Value)).Time;
        return (first, last);
    }

    private static bool IsReady(JsonObject? pod) =>
        (pod?["status"]?["conditions"] as JsonArray)?.Any(c => (string?)c?["type"] == "Ready" && (string?)c["status"] == "True") ?? false;

    /// <summary>Lets time pass while this is waited for, with room between for what is due.</summary>
    private static async Task<T> PassAsync<T>(ScenarioCluster cluster, WarpTimeProvider clock, Task<T> waiting)
    {
        while (await Task.WhenAny(waiting, Kubectl.RunAsync(cluster, ["get", "--raw", "/version"])) != waiting)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await waiting;
    }
}
