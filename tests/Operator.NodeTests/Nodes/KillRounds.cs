using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;

namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>What every round of a kill test does: a node with Flannel, and the proof that the next run puts all right.</summary>
internal static class KillRounds
{
    private const string Remake = """
        ip link show flannel.1 >/dev/null 2>&1 || {
          ip link add flannel.1 address 5e:0e:84:16:02:79 mtu 1450 type vxlan id 1 dstport 8472 local 192.168.7.11 nolearning dev eth0
          ip addr add 10.244.0.0/32 dev flannel.1; ip link set flannel.1 up
          ip neigh replace 10.244.1.0 lladdr 22:40:42:0a:97:01 dev flannel.1 nud permanent
          bridge fdb append 22:40:42:0a:97:01 dev flannel.1 dst 192.168.7.12 self permanent
          ip route replace 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink; }
        ip route replace 10.244.2.0/24 via 192.168.7.13 dev eth0
        """;

    public static async Task AssertRecoversAsync(TestNode node, string never, string before, string where)
    {
        (await node.CleanAsync()).AssertSucceeded();
        var audit = await node.AuditAsync();
        Assert.True(audit.State == AuditState.Clean, $"{where}: {audit.Because}");
        var clean = await node.DumpAsync();
        Assert.True(never == clean, $"{where}: not clean\nmissing {string.Join('\n', never.Split('\n').Except(clean.Split('\n')))}\nadded {string.Join('\n', clean.Split('\n').Except(never.Split('\n')))}");

        Assert.Empty(node.Backups.Verify(node.Backups.Find(null)!));
        var restored = await node.RestoreAsync();
        Assert.DoesNotContain(restored, result => result.State == RestoreState.NotRestored);
        var back = await node.DumpAsync();
        Assert.True(before == back, $"{where}: not restored\nmissing {string.Join('\n', before.Split('\n').Except(back.Split('\n')))}\nadded {string.Join('\n', back.Split('\n').Except(before.Split('\n')))}");
        Directory.Delete(node.Root + "/var/lib/netprofile", recursive: true);
    }

    /// <summary>A small node, because there are many rounds.</summary>
    public static async Task PrepareAsync(TestNode node)
    {
        node.Tools.Missing.UnionWith(["iptables-legacy-save", "ip6tables-legacy-save", "ip6tables-nft-save", "ipset", "bpftool"]);
        await node.ShAsync("""
            ip link set lo up; ip link add eth0 address 02:00:00:00:00:11 type veth peer name up0 address 02:00:00:00:00:12; ip link set up0 up; ip link set eth0 up
            ip addr add 192.168.7.11/24 dev eth0; ip route add default via 192.168.7.1
            for t in filter nat mangle; do iptables-nft -w -t $t -N KUBE-KUBELET-CANARY; done
            iptables-nft -w -A FORWARD -o docker0 -j ACCEPT
            """);
        node.Write("/opt/cni/bin/bridge", "bridge", 0x1ed);
    }

    public static async Task AddAsync(TestNode node)
    {
        await node.ShAsync(Remake);
        node.AddFiles();
        await node.AddBridgeAsync(pods: 0);
        await node.AddChainsAsync("iptables-nft");
        await node.AddNftTablesAsync();
        await node.AddKubeProxyAsync("iptables-nft");
    }
}
