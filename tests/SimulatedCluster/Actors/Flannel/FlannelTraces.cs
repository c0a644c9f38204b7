using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>What Flannel (VXLAN) puts on a host and on its Node. Nothing of it goes away with Flannel.</summary>
internal static class FlannelTraces
{
    public const string ClusterCIDR = "10.244.0.0/16";

    /// <summary>What the init containers copy.</summary>
    public static void CopyFiles(SimulatedHost host)
    {
        host.Files["/opt/cni/bin/flannel"] = "the program flannel of github.com/flannel-io/cni-plugin";
        host.Files["/etc/cni/net.d/10-flannel.conflist"] =
            """{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}""";
    }

    public static void Install(SimulatedHost host, IEnumerable<SimulatedHost> peers)
    {
        var gateway = host.PodCIDR.Replace(".0/24", ".1/24", StringComparison.Ordinal);
        host.Files["/run/flannel/subnet.env"] = $"FLANNEL_NETWORK={ClusterCIDR}\nFLANNEL_SUBNET={gateway}\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
        host.SetLink(new HostLink("flannel.1", "vxlan") { Mtu = 1450, TunnelPort = 8472, VxlanId = 1, Addresses = [host.PodCIDR.Replace("/24", "/32", StringComparison.Ordinal)] });
        foreach (var peer in peers.Where(peer => peer.Name != host.Name))
        {
            host.SetRoute(new HostRoute(peer.PodCIDR, peer.PodCIDR[..^3], "flannel.1", "flannel"));
        }

        foreach (var family in new[] { "ipv4", "ipv6" })
        {
            host.AddChain(new HostChain(family, "filter", "FLANNEL-FWD") { JumpFrom = "FORWARD", Comment = "flanneld forward" });
            host.AddChain(new HostChain(family, "nat", "FLANNEL-POSTRTG") { JumpFrom = "POSTROUTING", Comment = "flanneld masq" });
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

    public static void Annotate(JsonObject node, SimulatedHost host)
    {
        var annotations = node.Ensure("metadata", "annotations");
        annotations["flannel.alpha.coreos.com/backend-data"] = """{"VNI":1,"VtepMAC":"5e:0e:84:16:02:79"}""";
        annotations["flannel.alpha.coreos.com/backend-type"] = "vxlan";
        annotations["flannel.alpha.coreos.com/kube-subnet-manager"] = "true";
        annotations["flannel.alpha.coreos.com/public-ip"] = host.InternalIP;
    }
}
