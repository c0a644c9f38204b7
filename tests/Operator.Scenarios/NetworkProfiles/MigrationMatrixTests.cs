using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Building;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>From every kind of cluster with Flannel to Cilium, and nobody is out of reach at any moment of Overlap.</summary>
public sealed class MigrationMatrixTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Func<ClusterBuilder, ClusterBuilder>> s_platforms = new(StringComparer.Ordinal)
    {
        ["kube-flannel"] = b => b.WithFlannel().WithKubeProxy(),
        ["kube-system"] = b => b.WithFlannel(f => f with { Namespace = "kube-system" }).WithKubeProxy(),
        ["canal"] = b => b.WithCanal().WithKubeProxy(),
        ["host-gw and ipvs"] = b => b.WithFlannel(f => f with { Backend = "host-gw" }).WithKubeProxy("ipvs"),
        ["nftables"] = b => b.WithFlannel(f => f with { Nftables = true }).WithKubeProxy("nftables"),
        ["dual stack"] = b => b.WithFlannel(f => f with { DualStack = true }).WithKubeProxy(),
        ["one node"] = b => b.WithNodes(1).WithUntaintedControlPlanes().WithFlannel().WithKubeProxy(),
        ["three control planes"] = b => b.WithNodes(5, controlPlanes: 3).WithFlannel().WithKubeProxy(),
        ["no kube-proxy"] = b => b.WithFlannel(),
    };

    public static TheoryData<string> Platforms { get; } = [.. s_platforms.Keys];

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Overlap_cuts_nobody_off_at_any_moment_and_leaves_nothing_of_the_old_network(string platform)
    {
        await using var run = await MigrationRun.StartAsync(s_platforms[platform]);
        await run.StartOperatorAsync();
        run.CreateProfile(spec => TwoFamilies(platform, spec));

        await run.ReadyAsync();

        output.WriteLine($"{platform}: {run.Log.Checks} pairs looked at");
        AssertMigrated(run);
        Assert.Empty(run.Log.Lost);
        Assert.Empty(run.Log.Masqueraded);
        await NodesSayAsync(run, "Switched Drained Cleaned Verified Done");
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("canal")]
    [InlineData("host-gw and ipvs")]
    [InlineData("nftables")]
    [InlineData("dual stack")]
    [InlineData("one node")]
    [InlineData("three control planes")]
    [InlineData("no kube-proxy")]
    public async Task Node_by_node_cuts_nobody_off_either(string platform)
    {
        await using var run = await MigrationRun.StartAsync(s_platforms[platform]);
        await run.StartOperatorAsync();
        run.CreateProfile(spec =>
        {
            TwoFamilies(platform, spec);
            spec["previousCNI"] = new JsonObject { ["strategy"] = "NodeByNode" };
        });

        await run.ReadyAsync();

        AssertMigrated(run);
        Assert.Empty(run.Log.Lost);
        Assert.All(NodeHistory.States(run.Cluster), pair => Assert.Equal("Done", pair.Value[^1]));
        NodeHistory.AssertNoPodWasTakenFromANodeBeforeItsTurn(run.Cluster);
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Recreate_keeps_the_range_and_all_pods_are_back_at_its_end(string platform)
    {
        await using var run = await MigrationRun.StartAsync(s_platforms[platform]);
        await run.StartOperatorAsync();
        run.CreateProfile(spec =>
        {
            spec["ipam"] = new JsonObject { ["mode"] = "Kubernetes" };
            spec["previousCNI"] = new JsonObject { ["strategy"] = "Recreate" };
        });

        var profile = await run.ReadyAsync();

        AssertMigrated(run);
        Assert.DoesNotContain(run.Log.Lost, gap => gap.Until is null);
        AssertOutageIsTold(run, profile);
        await NodesSayAsync(run, "Cleaned Switched Drained Verified Done");
    }

    /// <summary>The status has the same length as the record, and it covers every moment at which somebody was cut off.</summary>
    internal static void AssertOutageIsTold(MigrationRun run, JsonObject profile)
    {
        var record = run.Cluster.Store.Get("secrets", "kube-system", "netprofile-backup")!["metadata"]!["annotations"]!;
        Assert.True(record["netprofile.io/outage-ended-at"] is not null && record["netprofile.io/outage-started-at"] is not null, record.ToJsonString());
        DateTimeOffset At(string name) => DateTimeOffset.Parse((string)record["netprofile.io/" + name]!, System.Globalization.CultureInfo.InvariantCulture);
        var seconds = (At("outage-ended-at") - At("outage-started-at")).TotalSeconds;
        Assert.True(seconds > 0, $"the outage began at {At("outage-started-at"):O} and ended at {At("outage-ended-at"):O}");
        Assert.Contains(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pods were without a network for {seconds:0} s at most"),
            (string?)ScenarioCluster.Condition(profile, "FlannelRemoved")!["message"], StringComparison.Ordinal);
    }

    /// <param name="run">The migration.</param>
    /// <param name="pods">How many there are at least.</param>
    /// <param name="keepsKubeProxy">It is in the distribution's own process and stays.</param>
    internal static void AssertMigrated(MigrationRun run, int pods = 8, bool keepsKubeProxy = false)
    {
        var cluster = run.Cluster;
        var running = cluster.Store.List("pods").Where(pod => (bool?)pod["spec"]!["hostNetwork"] != true).ToList();
        Assert.All(running, pod => Assert.NotNull(cluster.Store.Get("ciliumendpoints.cilium.io", (string)pod["metadata"]!["namespace"]!, (string)pod["metadata"]!["name"]!)));
        Assert.True(running.Count >= pods, $"{running.Count} pods");
        Assert.DoesNotContain(cluster.Store.List("daemonsets.apps"), set => set["spec"]!.ToJsonString().Contains("flannel", StringComparison.Ordinal));
        Assert.All(cluster.Store.List("nodes").Select(node => (string)node["metadata"]!["name"]!), node => Assert.DoesNotContain(TracesOn(cluster, node), trace => !keepsKubeProxy || !trace.StartsWith("KUBE-", StringComparison.Ordinal)));
        Assert.DoesNotContain(cluster.Living.Reachability(), pair => pair.Reach != SimulatedCluster.Actors.Datapath.Reach.Reached);
    }

    /// <summary>What each node has reached stands on its object.</summary>
    private static async Task NodesSayAsync(MigrationRun run, string history)
    {
        await run.UntilAsync(_ => run.Cluster.Store.List(NodeAgents.Objects).All(n => (string?)n["status"]?["migration"]?["state"] == "Done"), "every node is done");
        Assert.All(
            run.Cluster.Store.List(NodeAgents.Objects),
            node => Assert.Equal(history, string.Join(' ', node["status"]!["migration"]!["history"]!.AsArray().Select(step => (string)step!["state"]!))));
    }

    private static void TwoFamilies(string platform, JsonObject spec)
    {
        if (platform == "dual stack")
        {
            spec["ipam"] = new JsonObject { ["mode"] = "ClusterPool", ["ipv4PodCIDRs"] = new JsonArray("10.245.0.0/16"), ["ipv6PodCIDRs"] = new JsonArray("fd00:10:245::/104") };
        }
    }

    private static IReadOnlyList<string> TracesOn(ScenarioCluster cluster, string node) => cluster.Living.Host<IReadOnlyList<string>>(node, host =>
    [
        .. host.Links.Keys.Where(link => link is "cni0" or "kube-ipvs0" || link.StartsWith("flannel", StringComparison.Ordinal) || link.StartsWith("cali", StringComparison.Ordinal)),
        .. host.Chains.Select(chain => chain.Name).Where(name => name.StartsWith("FLANNEL", StringComparison.Ordinal) || name.StartsWith("cali-", StringComparison.Ordinal) || name.StartsWith("KUBE-SVC", StringComparison.Ordinal)),
        .. host.Routes.Where(route => route.Protocol == "flannel").Select(route => route.Destination),
        .. host.NftTables,
        .. host.Ipsets,
        .. host.VirtualServers,
    ]);
}
