namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>What is on a node beside Flannel, and has to be there afterwards exactly as before.</summary>
internal static class Survivors
{
    private const string Links = """
        ip link set lo up
        ip link add eth0 address 02:00:00:00:00:11 type veth peer name up0 address 02:00:00:00:00:12
        ip link set up0 up; ip link set eth0 up
        ip addr add 192.168.7.11/24 dev eth0; ip -6 addr add fd07::11/64 dev eth0 nodad
        ip route add default via 192.168.7.1
        ip link add docker0 address 02:42:00:00:00:01 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up
        ip link add vxlan100 address 02:00:00:00:01:00 type vxlan id 100 dstport 4790 dev eth0; ip addr add 10.99.0.1/24 dev vxlan100; ip link set vxlan100 up
        ip link add cni1 address 02:00:00:00:02:00 type bridge; ip addr add 10.88.0.1/16 dev cni1; ip link set cni1 up
        ip link add cilium_net address 02:00:00:00:03:00 type veth peer name cilium_host address 02:00:00:00:03:01
        ip link set cilium_net up; ip link set cilium_host up; ip addr add 10.245.0.5/32 dev cilium_host
        ip route add 10.245.1.0/24 via 192.168.7.12 dev eth0 proto kernel
        ip tuntap add tun0 mode tun; ip addr add 10.8.0.2/24 dev tun0; ip link set tun0 up
        ip route add 10.50.0.0/16 dev tun0; ip route add 10.244.77.0/24 via 10.8.0.1 dev tun0
        ip route add 192.168.200.0/24 via 192.168.7.254; ip route add blackhole 192.0.2.0/24
        ip rule add from 10.8.0.0/24 lookup 51 pref 500
        """;

    private const string Filters = """
        for ipt in iptables-legacy iptables-nft; do
          for t in mangle filter nat; do $ipt -w -t $t -N KUBE-KUBELET-CANARY; done
          $ipt -w -t mangle -N KUBE-IPTABLES-HINT
          $ipt -w -N KUBE-FIREWALL
          $ipt -w -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
          $ipt -w -A INPUT -j KUBE-FIREWALL; $ipt -w -A OUTPUT -j KUBE-FIREWALL
          $ipt -w -N CILIUM_FORWARD; $ipt -w -A CILIUM_FORWARD -o cilium_host -m comment --comment "cilium: any->cluster on cilium_host forward accept" -j ACCEPT
          $ipt -w -I FORWARD -m comment --comment "cilium-feeder: CILIUM_FORWARD" -j CILIUM_FORWARD
          $ipt -w -t nat -N CILIUM_POST_nat; $ipt -w -t nat -A CILIUM_POST_nat -s 10.245.0.0/24 ! -d 10.245.0.0/16 ! -o cilium_+ -m comment --comment "cilium masquerade non-cluster" -j MASQUERADE
          $ipt -w -t nat -I POSTROUTING -m comment --comment "cilium-feeder: CILIUM_POST_nat" -j CILIUM_POST_nat
          $ipt -w -N DOCKER; $ipt -w -A FORWARD -o docker0 -j DOCKER
          $ipt -w -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
          $ipt -w -t nat -A POSTROUTING -s 10.244.0.0/16 -o eth0 -m comment --comment "ours since 2019; don't touch" -j MASQUERADE
          $ipt -w -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE
          $ipt -w -A FORWARD -s 10.244.0.0/16 -i tun0 -j ACCEPT
        done
        for ipt in ip6tables-legacy ip6tables-nft; do
          for t in mangle filter nat; do $ipt -w -t $t -N KUBE-KUBELET-CANARY; done
          $ipt -w -t nat -A POSTROUTING -s fd99::/64 -j MASQUERADE; $ipt -w -A FORWARD -s fd99::/64 -j ACCEPT
        done
        nft add table inet firewalld; nft add chain inet firewalld forward '{ type filter hook forward priority 10; policy accept; }'
        ipset create blocklist hash:ip; ipset add blocklist 203.0.113.9
        """;

    public static async Task AddSurvivorsAsync(this TestNode node)
    {
        await node.ShAsync(Links);
        await node.ShAsync(Filters);
        node.Write("/etc/cni/net.d/05-cilium.conflist", """{"name":"cilium","plugins":[{"type":"cilium-cni"}]}""");
        node.Write("/etc/cni/net.d/10-flannel.conflist.cilium_bak", """{"name":"cbr0","plugins":[{"type":"flannel"}]}""");
        node.Write("/etc/cni/net.d/87-podman-bridge.conflist", """{"name":"podman","plugins":[{"type":"bridge","bridge":"cni-podman0"}]}""");
        foreach (var plugin in (string[])["bridge", "host-local", "loopback", "portmap", "cilium-cni"])
        {
            node.Write("/opt/cni/bin/" + plugin, "\u007fELF " + plugin, 0x1ed);
        }

        node.Write("/var/lib/cni/networks/podman/10.88.0.2", "0123\r\neth0");
        node.Write($"/var/lib/cni/results/cilium-{Ids.Of(90)}-eth0", "{}");
        node.Write("/etc/hosts", "127.0.0.1 localhost\n");
    }
}

internal static class Ids
{
    public static string Of(int number) => number.ToString("x8", System.Globalization.CultureInfo.InvariantCulture).PadLeft(64, 'a');
}
