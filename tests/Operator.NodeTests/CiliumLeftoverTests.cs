using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>The second catalogue: what a helm uninstall leaves, as measured on a real node.</summary>
public sealed class CiliumLeftoverTests
{
    private const string Leftovers = """
        ip link add cilium_net address 02:00:00:00:03:00 type veth peer name cilium_host address 02:00:00:00:03:01
        ip link set cilium_net up; ip link set cilium_host up; ip addr add 10.0.0.190/32 dev cilium_host
        ip link add cilium_vxlan type vxlan external dstport 8472; ip link set cilium_vxlan up
        ip route add 10.0.0.190 dev cilium_host proto kernel scope link
        ip route add 10.0.0.0/24 via 10.0.0.190 dev cilium_host proto kernel src 10.0.0.190
        ip route add 10.0.1.0/24 via 192.168.7.12 dev eth0 proto kernel; ip route add 10.0.2.0/24 via 192.168.7.13 dev eth0 proto kernel
        ip rule add fwmark 0x200/0xf00 lookup 2004 pref 9; ip route add local default dev lo table 2004
        ip rule add fwmark 0xa00/0xf00 lookup 2005 pref 10; ip route add 10.0.0.190 dev cilium_host table 2005
        ipset create cilium_node_set_v4 hash:net; ipset add cilium_node_set_v4 192.168.7.12
        for t in iptables-legacy iptables-nft; do
          for c in CILIUM_PRE_mangle:mangle:PREROUTING CILIUM_FORWARD:filter:FORWARD CILIUM_POST_nat:nat:POSTROUTING OLD_CILIUM_POST_nat:nat:POSTROUTING; do
            IFS=: read -r chain table hook <<< "$c"
            $t -w -t $table -N $chain; $t -w -t $table -I $hook -m comment --comment "cilium-feeder: $chain" -j $chain
          done
          $t -w -t nat -A CILIUM_POST_nat -s 10.0.0.0/24 -m set --match-set cilium_node_set_v4 dst -m comment --comment "exclude traffic to cluster nodes from masquerade" -j ACCEPT
          $t -w -t nat -A CILIUM_POST_nat -s 10.0.0.0/24 ! -d 10.0.0.0/8 ! -o cilium_+ -m comment --comment "cilium masquerade non-cluster" -j MASQUERADE
        done
        """;

    [Fact]
    public async Task After_clean_the_node_is_as_if_it_never_had_Cilium()
    {
        await using var node = await TestNode.CreateAsync();
        await node.ShAsync("""
            ip link set lo up; ip link add eth0 type veth peer name up0; ip link set up0 up; ip link set eth0 up; ip addr add 192.168.7.11/24 dev eth0; ip route add default via 192.168.7.1
            for t in iptables-legacy iptables-nft; do for c in mangle filter nat raw; do $t -w -t $c -N KUBE-KUBELET-CANARY; done; done
            ip link add lxcbr0 type bridge; ip rule add fwmark 0x77 lookup 200 pref 700; ip route add 10.50.0.0/16 via 192.168.7.254
            """);
        await node.AddChainsAsync("iptables-nft");
        node.AddFiles();
        node.Write("/etc/sysctl.d/10-mine.conf", "net.ipv4.ip_forward=1\n");
        var never = await node.DumpAsync();

        await node.ShAsync(Leftovers);
        var pod = await node.AddPodAsync();
        await node.ShAsync($"ip link add lxc18a087d1043f type veth peer name eth0 netns {pod}; ip link set lxc18a087d1043f up");
        node.Write("/etc/cni/net.d/05-cilium.conflist", """{"name":"cilium","plugins":[{"type":"cilium-cni"}]}""");
        node.Write("/etc/sysctl.d/99-zzz-override_cilium.conf", "# cilium\nnet.ipv4.conf.lxc*.rp_filter = 0\n");
        node.Write("/opt/cni/bin/cilium-cni", "\u007fELF cilium", 0x1ed);
        node.Write("/run/cilium/state/12/ep_config.h", "x");
        node.Write("/run/cilium/cilium.pid", "1");
        Assert.Equal(AuditState.Dirty, (await node.AuditAsync(TraceCatalogue.Cilium)).State);

        var outcome = await node.CleanAsync(new() { Catalogue = TraceCatalogue.Cilium });

        outcome.AssertSucceeded();
        CleaningTests.AssertSame(never, await node.DumpAsync());
        Assert.Equal(AuditState.Clean, (await node.AuditAsync(TraceCatalogue.Cilium)).State);
    }

    [Fact]
    public async Task Pins_of_Cilium_go_from_the_BPF_file_system_and_those_of_others_stay()
    {
        await using var node = await TestNode.CreateAsync();
        await using var pins = await BpfPins.MountAsync(node);
        foreach (var pin in new[] { "cilium/devices/eth0/links/cil_from_netdev", "cilium/socketlb/links/cgroup/cil_sock4_connect", "tc/globals/cilium_lxc", "tc/globals/cilium_ipcache", "tc/globals/other_map", "tetragon/m" })
        {
            pins.Pin(pin);
        }

        Assert.Equal(AuditState.Dirty, (await node.AuditAsync(TraceCatalogue.Cilium)).State);
        var first = CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.Cilium }).Tasks!.Where(task => task.Entry == "cilium-service-pins");
        (await node.Runner().RunAsync(CleaningPlan.WithId(new NodeNetworkSpec { Tasks = [.. first] }), null, TestContext.Current.CancellationToken)).AssertSucceeded();
        Assert.Equal(["devices"], Directory.GetDirectories(node.Root + "/sys/fs/bpf/cilium").Select(Path.GetFileName));
        (await node.CleanAsync(new() { Catalogue = TraceCatalogue.Cilium })).AssertSucceeded();

        Assert.Equal(AuditState.Clean, (await node.AuditAsync(TraceCatalogue.Cilium)).State);
        Assert.Equal(
            ["/sys/fs/bpf/tc/globals/other_map", "/sys/fs/bpf/tetragon/m"],
            Directory.GetFiles(node.Root + "/sys/fs/bpf", "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".debug", StringComparison.Ordinal)).Select(path => path[node.Root.Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_way_back_to_Flannel_puts_the_chains_routes_and_rules_of_Cilium_back_too_when_asked()
    {
        await using var node = await TestNode.CreateAsync();
        await node.ShAsync("ip link set lo up; ip link add eth0 type veth peer name up0; ip link set up0 up; ip link set eth0 up; ip addr add 192.168.7.11/24 dev eth0");
        await node.ShAsync(Leftovers + "\nip link del cilium_vxlan; ip link del cilium_host; ip rule del pref 10");
        var before = await node.DumpAsync();
        (await node.CleanAsync(new() { Catalogue = TraceCatalogue.Cilium })).AssertSucceeded();

        await node.RestoreAsync();

        CleaningTests.AssertSame(before, await node.DumpAsync());
    }
}
