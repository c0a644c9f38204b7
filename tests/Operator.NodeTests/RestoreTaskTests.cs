using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>The way back on a node, by plan: Cilium's leftovers go, and what a cleaning had kept comes back.</summary>
public sealed class RestoreTaskTests
{
    private const string Conf = """{"name":"cbr0","plugins":[{"type":"flannel"}]}""";

    private static readonly DateTimeOffset s_before = TimeProvider.System.GetUtcNow().AddMinutes(-1);

    [Fact]
    public async Task What_cleanings_have_taken_comes_back_but_for_what_was_of_pods_that_are_gone()
    {
        await using var node = await TestNode.CreateAsync();
        await node.ShAsync("""
            ip link set lo up; ip link add eth0 type veth peer name up0; ip link set up0 up; ip link set eth0 up; ip addr add 192.168.7.11/24 dev eth0
            ip link add flannel.1 type vxlan id 1 dev eth0 dstport 8472 nolearning; ip link set flannel.1 up; ip addr add 10.244.0.0/32 dev flannel.1
            ip route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
            iptables-nft -w -N FLANNEL-FWD; iptables-nft -w -A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
            iptables-nft -w -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
            """);
        node.Write("/run/flannel/subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.0.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
        node.Write("/etc/cni/net.d/10-flannel.conflist", Conf);
        Directory.CreateDirectory(node.Root + "/var/lib/cni/networks");
        var before = await node.DumpAsync();
        node.Write("/var/lib/cni/networks/cbr0/10.244.0.7", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\neth0");
        (await node.CleanAsync()).AssertSucceeded();
        Assert.False(node.Exists("/etc/cni/net.d/10-flannel.conflist"));

        var outcome = await RunAsync(node, Task(RestoreTask.Backups));

        outcome.AssertSucceeded();
        CleaningTests.AssertSame(before, await node.DumpAsync());
        Assert.False(node.Exists("/var/lib/cni/networks/cbr0/10.244.0.7"));
        Assert.Equal(NodeTaskState.NotNeeded, Assert.Single((await RunAsync(node, Task(RestoreTask.Backups))).Results).State);
    }

    [Fact]
    public async Task Backups_of_another_migration_stay_where_they_are()
    {
        await using var node = await TestNode.CreateAsync();
        node.Write("/etc/cni/net.d/10-flannel.conflist", Conf);
        (await node.CleanAsync()).AssertSucceeded();

        var outcome = await RunAsync(node, Task(RestoreTask.Backups) with { Since = TimeProvider.System.GetUtcNow().AddHours(1) });

        Assert.Equal(NodeTaskState.NotNeeded, Assert.Single(outcome.Results).State);
        Assert.False(node.Exists("/etc/cni/net.d/10-flannel.conflist"));
    }

    [Fact]
    public async Task What_Cilium_put_aside_comes_back_and_its_leftovers_go_in_the_same_plan()
    {
        await using var node = await TestNode.CreateAsync();
        node.Write("/etc/cni/net.d/10-flannel.conflist.cilium_bak", Conf, 0x180);
        node.Write("/etc/cni/net.d/87-podman.conflist.cilium_bak", """{"name":"podman"}""");
        node.Write("/etc/cni/net.d/87-podman.conflist", """{"name":"podman"}""");
        node.Write("/etc/cni/net.d/99-mine.conf.cilium_bak", """{"name":"old"}""");
        node.Write("/etc/cni/net.d/99-mine.conf", """{"name":"new"}""");
        node.Write("/etc/cni/net.d/05-cilium.conflist", """{"name":"cilium","plugins":[{"type":"cilium-cni"}]}""");
        await node.ShAsync("ip link add cilium_net type veth peer name cilium_host; ip link add cilium_vxlan type vxlan external dstport 8472");
        var cleaning = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.Cilium });

        var outcome = await RunAsync(node, [Task(RestoreTask.CniConfs), .. cleaning.Tasks!]);

        outcome.AssertSucceeded();
        Assert.Equal("put back /etc/cni/net.d/10-flannel.conflist; /etc/cni/net.d/99-mine.conf is there already with another content, and what was put aside is left beside it", outcome.Results[0].Message);
        Assert.Equal(["10-flannel.conflist", "87-podman.conflist", "99-mine.conf", "99-mine.conf.cilium_bak"], Directory.GetFiles(node.Root + "/etc/cni/net.d").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Conf, await File.ReadAllTextAsync(node.Root + "/etc/cni/net.d/10-flannel.conflist", TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(node.Root + "/etc/cni/net.d/10-flannel.conflist"));
        Assert.DoesNotContain("cilium", await node.ShAsync("ip -br link"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd", null)]
    [InlineData("backups", "/etc/passwd")]
    public async Task A_plan_that_wants_anything_else_restored_is_refused_as_a_whole(string entry, string? target)
    {
        await using var node = await TestNode.CreateAsync();
        node.Write("/etc/cni/net.d/10-flannel.conflist.cilium_bak", Conf);

        var outcome = await RunAsync(node, Task(RestoreTask.CniConfs), new RestoreTask { Id = "bad", Entry = entry, Targets = target is null ? null : [target] });

        Assert.All(outcome.Results, result => Assert.Equal(NodeTaskState.Blocked, result.State));
        Assert.False(node.Exists("/etc/cni/net.d/10-flannel.conflist"));
    }

    private static RestoreTask Task(string entry) => new() { Id = entry, Entry = entry, Since = s_before };

    private static Task<NodePlanOutcome> RunAsync(TestNode node, params NodeTask[] tasks) =>
        node.Runner().RunAsync(CleaningPlan.WithId(new NodeNetworkSpec { Tasks = tasks }), null, TestContext.Current.CancellationToken);
}
