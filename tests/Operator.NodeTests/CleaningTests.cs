using System.Text.RegularExpressions;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

public sealed partial class CleaningTests
{
    private static readonly string[] AllTools = ["iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft"];

    public static TheoryData<string> Backends => ["vxlan", "vxlan 4096", "vxlan dual", "host-gw", "udp", "old rules", "old rules without comments", "nftables"];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task After_clean_the_node_is_as_if_it_never_had_Flannel_and_restore_brings_it_back(string backend)
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        var never = await node.DumpAsync();
        Assert.Equal(AuditState.NotNeeded, (await node.AuditAsync()).State);

        await AddAsync(node, backend);
        var before = await node.DumpAsync();
        Assert.NotEqual(never, before);
        Assert.Equal(AuditState.Dirty, (await node.AuditAsync()).State);

        (await node.CleanAsync()).AssertSucceeded();
        AssertSame(never, await node.DumpAsync());
        var audit = await node.AuditAsync();
        Assert.Equal((AuditState.Clean, 0), (audit.State, audit.Residues.Count));

        (await node.CleanAsync()).Results.ToList().ForEach(result => Assert.Equal(NodeTaskState.NotNeeded, result.State));

        var restored = await node.RestoreAsync();
        Assert.All(restored, result => Assert.True(result.State != NetProfile.NodeAgent.Backups.RestoreState.NotRestored || result.What.Contains("veth") || result.What.Contains("flannel0"), result.ToString()));
        AssertSame(WithoutPods(before), WithoutPods(await node.DumpAsync()));
    }

    [Fact]
    public async Task A_dry_run_tells_what_it_would_do_and_changes_nothing()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        await AddAsync(node, "vxlan");
        var before = await node.DumpAsync();

        var outcome = await node.CleanAsync(new() { Catalogue = NetProfile.NodeAgent.Catalogue.TraceCatalogue.PreviousNetwork, DryRun = true });

        Assert.Equal(before, await node.DumpAsync());
        Assert.False(node.Exists("/var/lib/netprofile"));
        Assert.Contains(outcome.Results, result => result.Id == "flannel-vxlan-links" && result.State == NodeTaskState.Pending && result.Message!.Contains("flannel.1"));
    }

    [Fact]
    public async Task A_bridge_without_ports_comes_back_exactly_as_it_was()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        node.AddFiles();
        await node.AddBridgeAsync(pods: 0);
        await node.AddVxlanAsync();
        var before = await node.DumpAsync();

        (await node.CleanAsync()).AssertSucceeded();
        await node.RestoreAsync();

        AssertSame(before, await node.DumpAsync());
    }

    internal static async Task AddAsync(TestNode node, string backend)
    {
        node.AddFiles(dual: backend is "vxlan dual" or "host-gw");
        await node.AddBridgeAsync(backend == "udp" ? 0 : 2);
        switch (backend)
        {
            case "vxlan":
                await node.AddVxlanAsync();
                await node.AddChainsAsync("iptables-nft", "iptables-legacy");
                await node.AddHostPortAsync("iptables-nft", 2);
                break;
            case "vxlan 4096":
                await node.AddVxlanAsync(4096);
                await node.AddChainsAsync("iptables-legacy");
                break;
            case "vxlan dual":
                await node.AddVxlanAsync();
                await node.AddVxlanV6Async();
                await node.AddChainsAsync(AllTools);
                break;
            case "host-gw":
                await node.AddHostGatewayAsync();
                await node.AddChainsAsync("iptables-nft");
                await node.AddKubeProxyAsync("iptables-nft");
                await node.AddKubeProxyAsync("iptables-legacy");
                break;
            case "udp":
                await node.AddUdpAsync();
                await node.AddChainsAsync("iptables-legacy");
                break;
            case "old rules" or "old rules without comments":
                await node.AddVxlanAsync();
                await node.AddBareRulesAsync("iptables-legacy", comments: backend == "old rules");
                await node.AddBareRulesAsync("iptables-nft", comments: backend == "old rules");
                break;
            case "nftables":
                await node.AddVxlanAsync();
                await node.AddNftTablesAsync();
                break;
            default:
                throw new ArgumentException(backend);
        }
    }

    internal static void AssertSame(string expected, string actual)
    {
        var (was, now) = (expected.Split('\n'), actual.Split('\n'));
        Assert.True(expected == actual, $"missing:\n{string.Join('\n', was.Except(now))}\nadded:\n{string.Join('\n', now.Except(was))}\ncounts {was.Length} {now.Length}");
    }

    /// <summary>A pod's own link comes back with the pod, a tun device with its process: neither with a restore.</summary>
    private static string WithoutPods(string dump) =>
        string.Join('\n', dump.Split('\n').Where(line => !line.Contains("veth0") && !line.Contains("flannel0") && !(line.Contains("cni0") && NeedsPort().IsMatch(line))));

    /// <summary>What a bridge only has while a port gives it a carrier and its features.</summary>
    [GeneratedRegex("fe80|ff00|^links |^neighbours ")]
    private static partial Regex NeedsPort();
}
