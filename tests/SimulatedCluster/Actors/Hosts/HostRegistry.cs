using System.Globalization;

namespace NetProfile.SimulatedCluster.Actors.Hosts;

/// <summary>The hosts by node name, and what they have in common.</summary>
public sealed class HostRegistry
{
    private readonly SortedDictionary<string, SimulatedHost> hosts = new(StringComparer.Ordinal);

    public IReadOnlyCollection<SimulatedHost> All => hosts.Values;

    public SimulatedHost? Find(string node) => hosts.GetValueOrDefault(node);

    /// <summary>A host with lo and eth0, the <paramref name="index"/>th of its cluster: addresses follow from it.</summary>
    public SimulatedHost Add(string node, int index)
    {
        var host = new SimulatedHost(node)
        {
            // 172.30.0.11 onwards; pod CIDRs 10.244.0.0/24 onwards, and 10.245.0.0/24 after the 256th.
            InternalIP = string.Create(CultureInfo.InvariantCulture, $"172.30.{(index + 10) / 250}.{((index + 10) % 250) + 1}"),
            PodCIDR = string.Create(CultureInfo.InvariantCulture, $"10.{244 + (index / 256)}.{index % 256}.0/24"),
        };
        host.SetLink(new HostLink("lo", "loopback") { Mtu = 65536, Addresses = ["127.0.0.1/8"] });
        host.SetLink(new HostLink("eth0", "device") { Addresses = [host.InternalIP + "/16"] });
        host.SetRoute(new HostRoute("default", "172.30.0.1", "eth0", "static"));
        host.SetRoute(new HostRoute("172.30.0.0/16", null, "eth0"));
        host.AddChain(new HostChain("ipv4", "mangle", "KUBE-KUBELET-CANARY"));
        host.AddChain(new HostChain("ipv4", "mangle", "KUBE-IPTABLES-HINT"));
        hosts[node] = host;
        return host;
    }

    public void Remove(string node) => hosts.Remove(node);
}
