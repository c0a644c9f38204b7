using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>What Flannel puts on a host and on its Node. Nothing of it goes away with Flannel.</summary>
internal static class FlannelTraces
{
    private static readonly (string Table, string Name, string From)[] CanalChains =
    [
        ("raw", "cali-PREROUTING", "PREROUTING"), ("filter", "cali-FORWARD", "FORWARD"), ("filter", "cali-INPUT", "INPUT"), ("nat", "cali-POSTROUTING", "POSTROUTING"),
    ];

    /// <summary>What the init containers copy.</summary>
    public static void CopyFiles(SimulatedHost host, FlannelSettings settings)
    {
        host.Files["/opt/cni/bin/flannel"] = "the program flannel of github.com/flannel-io/cni-plugin";
        host.Files[host.CniDirectory + settings.ConfName] = settings.Canal
            ? """{"name":"k8s-pod-network","cniVersion":"0.3.1","plugins":[{"type":"calico","ipam":{"type":"host-local","subnet":"usePodCidr"},"policy":{"type":"k8s"}},{"type":"flannel","delegate":{}},{"type":"portmap","capabilities":{"portMappings":true}}]}"""
            : """{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}""";
        if (settings.Canal)
        {
            host.Files[host.CniDirectory + "/calico-kubeconfig"] = "# Kubeconfig file for Calico CNI plugin.\napiVersion: v1\nkind: Config\nusers:\n- name: calico\n";
        }
    }

    /// <summary>As flanneld finds it when it looks after its things.</summary>
    public static bool AreThere(SimulatedHost host, FlannelSettings settings) =>
        (settings.Backend != "vxlan" || host.Links.ContainsKey("flannel.1"))
        && (settings.Nftables ? host.NftTables.Contains("ip flannel-ipv4") : host.HasChain("FLANNEL-"));

    public static void Install(SimulatedHost host, FlannelSettings settings, IEnumerable<SimulatedHost> peers)
    {
        var vxlan = settings.Backend == "vxlan";
        var mtu = vxlan ? 1450 : 1500;
        WriteSubnet(host, settings, mtu);
        if (vxlan)
        {
            host.SetLink(new HostLink("flannel.1", "vxlan") { Mtu = mtu, TunnelPort = settings.Port, VxlanId = 1, Addresses = [host.PodCIDR.Replace("/24", "/32", StringComparison.Ordinal)] });
            if (settings.IPv6Network is not null && host.PodCIDRv6 is { } v6)
            {
                host.SetLink(new HostLink("flannel-v6.1", "vxlan") { Mtu = mtu, TunnelPort = settings.Port, VxlanId = 1, Addresses = [v6.Replace("/64", "/128", StringComparison.Ordinal)] });
            }
        }

        foreach (var peer in peers.Where(peer => peer.Name != host.Name))
        {
            AddRoute(host, peer, settings);
        }

        InstallFilters(host, settings);
    }

    public static void AddRoute(SimulatedHost host, SimulatedHost peer, FlannelSettings settings)
    {
        var vxlan = settings.Backend == "vxlan";
        host.SetRoute(vxlan
            ? new HostRoute(peer.PodCIDR, peer.PodCIDR[..^3], "flannel.1", "flannel")
            : new HostRoute(peer.PodCIDR, peer.InternalIP, "eth0", "flannel"));
        if (settings.IPv6Network is not null && peer.PodCIDRv6 is { } v6 && vxlan)
        {
            host.SetRoute(new HostRoute(v6, v6[..^3], "flannel-v6.1", "flannel"));
        }
    }

    /// <summary>What the bridge plugin made for pods that are gone.</summary>
    public static void LeaveBridge(SimulatedHost host)
    {
        var gateway = host.PodCIDR.Replace(".0/24", ".1/24", StringComparison.Ordinal);
        host.SetLink(new HostLink("cni0", "bridge") { Mtu = 1450, Addresses = [gateway] });
        host.SetRoute(new HostRoute(host.PodCIDR, null, "cni0"));
        host.Files["/var/lib/cni/networks/cbr0/last_reserved_ip.0"] = gateway[..^3];
    }

    public static void Annotate(JsonObject node, SimulatedHost host, FlannelSettings settings)
    {
        var annotations = node.Ensure("metadata", "annotations");
        annotations["flannel.alpha.coreos.com/backend-data"] = settings.Backend == "vxlan" ? """{"VNI":1,"VtepMAC":"5e:0e:84:16:02:79"}""" : "null";
        annotations["flannel.alpha.coreos.com/backend-type"] = settings.Backend;
        annotations["flannel.alpha.coreos.com/kube-subnet-manager"] = "true";
        annotations["flannel.alpha.coreos.com/public-ip"] = host.InternalIP;
    }

    private static void WriteSubnet(SimulatedHost host, FlannelSettings settings, int mtu)
    {
        var text = $"FLANNEL_NETWORK={settings.Network}\nFLANNEL_SUBNET={host.PodCIDR.Replace(".0/24", ".1/24", StringComparison.Ordinal)}\nFLANNEL_MTU={mtu}\nFLANNEL_IPMASQ=true\n";
        if (settings.IPv6Network is { } network && host.PodCIDRv6 is { } v6)
        {
            text += $"FLANNEL_IPV6_NETWORK={network}\nFLANNEL_IPV6_SUBNET={v6.Replace("::/64", "::1/64", StringComparison.Ordinal)}\n";
        }

        host.Files["/run/flannel/subnet.env"] = text;
    }

    private static void InstallFilters(SimulatedHost host, FlannelSettings settings)
    {
        if (settings.Nftables)
        {
            host.NftTables.UnionWith(["ip flannel-ipv4", "ip6 flannel-ipv6"]);
        }
        else
        {
            foreach (var family in new[] { "ipv4", "ipv6" })
            {
                host.AddChain(new HostChain(family, "filter", "FLANNEL-FWD") { JumpFrom = "FORWARD", Comment = "flanneld forward" });
                host.AddChain(new HostChain(family, "nat", "FLANNEL-POSTRTG") { JumpFrom = "POSTROUTING", Comment = "flanneld masq" });
            }
        }

        if (settings.Canal)
        {
            foreach (var (table, name, from) in CanalChains)
            {
                host.AddChain(new HostChain("ipv4", table, name) { JumpFrom = from, Comment = "cali:6gwbT8clXdHdC1b1" });
            }
        }
    }
}
