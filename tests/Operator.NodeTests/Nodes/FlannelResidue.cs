namespace NetProfile.Operator.NodeTests.Nodes;

/// <summary>What Flannel, its CNI plugin, portmap and host-local leave, made as they make it: names, flags, comments, addresses.</summary>
internal static class FlannelResidue
{
    public static async Task AddVxlanAsync(this TestNode node, int vni = 1) => await node.ShAsync($"""
        ip link add flannel.{vni} mtu 1450 type vxlan id {vni} dstport 8472 local 192.168.7.11 nolearning dev eth0
        ip addr add 10.244.0.0/32 dev flannel.{vni}; ip link set flannel.{vni} up
        for i in 1 2; do
          ip neigh replace 10.244.$i.0 lladdr 22:40:42:0a:97:0$i dev flannel.{vni} nud permanent
          bridge fdb append 22:40:42:0a:97:0$i dev flannel.{vni} dst 192.168.7.1$((i+1)) self permanent
          ip route replace 10.244.$i.0/24 via 10.244.$i.0 dev flannel.{vni} onlink
        done
        """);

    public static async Task AddVxlanV6Async(this TestNode node, int vni = 1) => await node.ShAsync($"""
        ip link add flannel-v6.{vni} mtu 1430 type vxlan id {vni} dstport 8472 local fd07::11 nolearning dev eth0
        ip -6 addr add fd44::/128 dev flannel-v6.{vni} nodad; ip link set flannel-v6.{vni} up
        ip -6 neigh replace fd44:0:0:1:: lladdr 22:40:42:0a:97:61 dev flannel-v6.{vni} nud permanent
        bridge fdb append 22:40:42:0a:97:61 dev flannel-v6.{vni} dst fd07::12 self permanent
        ip -6 route replace fd44:0:0:1::/64 via fd44:0:0:1:: dev flannel-v6.{vni} onlink
        """);

    public static async Task AddHostGatewayAsync(this TestNode node) => await node.ShAsync("""
        ip route replace 10.244.1.0/24 via 192.168.7.12 dev eth0; ip route replace 10.244.2.0/24 via 192.168.7.13 dev eth0
        ip -6 route replace fd44:0:0:1::/64 via fd07::12 dev eth0; ip route add blackhole 10.244.0.0/16
        """);

    public static async Task AddUdpAsync(this TestNode node) => await node.ShAsync("""
        ip tuntap add flannel0 mode tun; ip link set flannel0 mtu 1472; ip addr add 10.244.0.0/16 dev flannel0; ip link set flannel0 up
        """);

    /// <summary>The chains of 0.20 and later.</summary>
    public static async Task AddChainsAsync(this TestNode node, params string[] tools)
    {
        foreach (var tool in tools)
        {
            var (net, subnet, multicast) = tool.StartsWith("ip6", StringComparison.Ordinal) ? ("fd44::/48", "fd44::/64", "ff00::/8") : ("10.244.0.0/16", "10.244.0.0/24", "224.0.0.0/4");
            await node.ShAsync($$"""
                c() { {{tool}} -w "$@"; }
                c -N FLANNEL-FWD; c -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
                c -A FLANNEL-FWD -s {{net}} -m comment --comment "flanneld forward" -j ACCEPT; c -A FLANNEL-FWD -d {{net}} -m comment --comment "flanneld forward" -j ACCEPT
                c -t nat -N FLANNEL-POSTRTG; c -t nat -A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
                m() { c -t nat -A FLANNEL-POSTRTG "$@"; }
                m -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN
                m -s {{subnet}} -d {{net}} -m comment --comment "flanneld masq" -j RETURN
                m -s {{net}} -d {{subnet}} -m comment --comment "flanneld masq" -j RETURN
                m ! -s {{net}} -d {{subnet}} -m comment --comment "flanneld masq" -j RETURN
                m -s {{net}} ! -d {{multicast}} -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
                m ! -s {{net}} -d {{net}} -m comment --comment "flanneld masq" -j MASQUERADE --random-fully
                """);
        }
    }

    /// <summary>The rules of 0.19 and before, straight in the builtin chains; with comments in the last of these versions.</summary>
    public static async Task AddBareRulesAsync(this TestNode node, string tool, bool comments)
    {
        var (masq, forward) = comments ? ("-m comment --comment \"flanneld masq\"", "-m comment --comment \"flanneld forward\"") : ("", "");
        await node.ShAsync($$"""
            c() { {{tool}} -w "$@"; }
            c -A FORWARD -s 10.244.0.0/16 {{forward}} -j ACCEPT; c -A FORWARD -d 10.244.0.0/16 {{forward}} -j ACCEPT
            c -t nat -A POSTROUTING -s 10.244.0.0/16 -d 10.244.0.0/16 {{masq}} -j RETURN
            c -t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 224.0.0.0/4 {{masq}} -j MASQUERADE --random-fully
            c -t nat -A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/24 {{masq}} -j RETURN
            c -t nat -A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 {{masq}} -j MASQUERADE --random-fully
            """);
    }

    public static async Task AddNftTablesAsync(this TestNode node) => await node.ShAsync("""
        nft -f - <<'NFT'
        table ip flannel-ipv4 {
          comment "rules for flannel-ipv4"
          chain forward { comment "chain to accept flannel traffic"; type filter hook forward priority 0; ip saddr 10.244.0.0/16 accept; ip daddr 10.244.0.0/16 accept; }
          chain postrtg { comment "chain to manage traffic masquerading by flannel"; type nat hook postrouting priority 100; meta mark 0x4000 return;
            ip saddr 10.244.0.0/24 ip daddr 10.244.0.0/16 return
            ip saddr 10.244.0.0/16 ip daddr 10.244.0.0/24 return
            ip saddr != 10.244.0.0/16 ip daddr 10.244.0.0/24 return
            ip saddr 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random
            ip saddr != 10.244.0.0/16 ip daddr 10.244.0.0/16 masquerade fully-random; }
        }
        table ip6 flannel-ipv6 { comment "rules for flannel-ipv6"
          chain forward { type filter hook forward priority 0; ip6 saddr fd44::/48 accept; ip6 daddr fd44::/48 accept; }
        }
        NFT
        """);

    /// <summary>cni0 with the ports of so many pods whose processes are gone.</summary>
    public static async Task AddBridgeAsync(this TestNode node, int pods = 2)
    {
        await node.ShAsync("""
            ip link add cni0 mtu 1450 type bridge; ip link set cni0 address 2e:62:2c:34:7f:31; ip addr add 10.244.0.1/24 brd 10.244.0.255 dev cni0; ip link set cni0 up
            """);
        if (pods > 0)
        {
            var pod = await node.AddPodAsync();
            await node.ShAsync($"""
                for i in $(seq 1 {pods}); do
                  ip link add veth$(printf %08x $i) mtu 1450 type veth peer name eth$i netns {pod}
                  ip link set veth$(printf %08x $i) master cni0 up; bridge link set dev veth$(printf %08x $i) hairpin on
                done
                """);
        }
    }

    public static async Task AddHostPortAsync(this TestNode node, string tool, int container) => await node.ShAsync($$"""
        c() { {{tool}} -w -t nat "$@"; }
        if ! c -S CNI-HOSTPORT-DNAT >/dev/null 2>&1; then
          c -N CNI-HOSTPORT-DNAT; c -N CNI-HOSTPORT-SETMARK; c -N CNI-HOSTPORT-MASQ
          c -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT; c -A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
          c -A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
          c -A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
          c -A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000
        fi
        n=CNI-DN-9a4c1dc7f4175160f81{{container}}
        c -N $n; c -A $n -s 10.244.0.0/24 -p tcp -m tcp --dport 1808{{container}} -j CNI-HOSTPORT-SETMARK
        c -A $n -p tcp -m tcp --dport 1808{{container}} -j DNAT --to-destination 10.244.0.{{container}}:8080
        c -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment 'dnat name: "cbr0" id: "{{Ids.Of(container)}}"' -m multiport --dports 1808{{container}} -j $n
        """);

    public static void AddFiles(this TestNode node, bool dual = false)
    {
        node.Write("/etc/cni/net.d/10-flannel.conflist", """
            {"name": "cbr0", "cniVersion": "0.3.1", "plugins": [{"type": "flannel", "delegate": {"hairpinMode": true, "isDefaultGateway": true}}, {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """);
        node.Write("/run/flannel/subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.0.1/24\n" + (dual ? "FLANNEL_IPV6_NETWORK=fd44::/48\nFLANNEL_IPV6_SUBNET=fd44::1/64\n" : "") + "FLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n");
        node.Write("/opt/cni/bin/flannel", "\u007fELF github.com/flannel-io/cni-plugin", 0x1ed);
        node.Write("/var/lib/cni/networks/cbr0/10.244.0.2", Ids.Of(2) + "\r\neth0", 0x180);
        node.Write("/var/lib/cni/networks/cbr0/last_reserved_ip.0", "10.244.0.2", 0x180);
        node.Write("/var/lib/cni/networks/cbr0/lock", "", 0x1e8);
        node.Write("/var/lib/cni/flannel/" + Ids.Of(2), """{"type":"bridge","name":"cbr0"}""", 0x180);
        node.Write($"/var/lib/cni/results/cbr0-{Ids.Of(2)}-eth0", "{}", 0x180);
        node.Write($"/var/lib/cni/results/cni-loopback-{Ids.Of(2)}-lo", "{}", 0x180);
    }

    public static async Task AddKubeProxyAsync(this TestNode node, string tool, int services = 2) => await node.ShAsync($$"""
        { echo '*filter'; for c in KUBE-SERVICES KUBE-EXTERNAL-SERVICES KUBE-FORWARD KUBE-NODEPORTS KUBE-PROXY-FIREWALL KUBE-PROXY-CANARY; do echo ":$c - [0:0]"; done
          echo '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL'
          echo '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS'
          echo '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD'
          echo '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'
          echo '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP'; echo COMMIT
          echo '*nat'; for c in KUBE-SERVICES KUBE-NODEPORTS KUBE-POSTROUTING KUBE-MARK-MASQ KUBE-PROXY-CANARY; do echo ":$c - [0:0]"; done
          for i in $(seq 1 {{services}}); do printf ':KUBE-SVC-%016X - [0:0]\n:KUBE-SEP-%016X - [0:0]\n' $i $i; done
          echo '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'; echo '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'
          echo '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING'
          echo '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000'; echo '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN'
          for i in $(seq 1 {{services}}); do
            printf -- '-A KUBE-SERVICES -d 10.96.%d.%d/32 -p tcp -m comment --comment "ns/svc%d:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-%016X\n' $((i/250)) $((i%250+1)) $i $i
            printf -- '-A KUBE-SVC-%016X -m comment --comment "ns/svc%d:http -> 10.244.1.%d:80" -j KUBE-SEP-%016X\n' $i $i $((i%250)) $i
            printf -- '-A KUBE-SEP-%016X -s 10.244.1.%d/32 -m comment --comment "ns/svc%d" -j KUBE-MARK-MASQ\n' $i $((i%250)) $i
          done; echo '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'; echo COMMIT
          echo '*mangle'; echo ':KUBE-PROXY-CANARY - [0:0]'; echo COMMIT; } | {{tool}}-restore --noflush -w 60
        """);
}
