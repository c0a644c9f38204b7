using System.Globalization;
using System.Net;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>The outcome of a CNI ADD: an address, or why there is none.</summary>
internal readonly record struct Attachment(string? PodIP, string? Network, string? Failure);

/// <summary>Plays the container runtime's CNI ADD and DEL on a host: which plugin gets the pod follows from the configuration files there.</summary>
internal sealed class PodNetwork
{
    private readonly Dictionary<string, SortedSet<uint>> used = [];

    /// <summary>Whether Cilium's agent on a node answers its CNI plugin, and the pod CIDR it hands out from.</summary>
    public Func<SimulatedHost, string?> CiliumPodCIDR { get; set; } = _ => null;

    public Attachment Attach(SimulatedHost host)
    {
        var conf = host.ActiveCniConf;
        if (conf is null)
        {
            return new Attachment(null, null, "network is not ready: container runtime network not ready: cni plugin not initialized");
        }

        if (conf.Contains("cilium", StringComparison.Ordinal))
        {
            return CiliumPodCIDR(host) is { } cidr
                ? new Attachment(Allocate(host, cidr), "cilium", null)
                : new Attachment(null, null, "plugin type=\"cilium-cni\" failed (add): unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get \"http://localhost/v1/config\": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory");
        }

        if (!host.Files.ContainsKey("/run/flannel/subnet.env"))
        {
            return new Attachment(null, null, "plugin type=\"flannel\" failed (add): failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node.");
        }

        var mtu = host.Links.GetValueOrDefault("flannel.1")?.Mtu ?? 1500;
        if (!host.Links.ContainsKey("cni0"))
        {
            var gateway = FirstAddress(host.PodCIDR);
            host.SetLink(new HostLink("cni0", "bridge") { Mtu = mtu, Addresses = [$"{gateway}/24"] });
            host.SetRoute(new HostRoute(host.PodCIDR, null, "cni0"));
        }

        var ip = Allocate(host, host.PodCIDR);
        host.SetLink(new HostLink(VethOf(ip), "veth") { Mtu = mtu, Master = "cni0" });
        host.Files["/var/lib/cni/networks/cbr0/" + ip] = "";
        return new Attachment(ip, "flannel", null);
    }

    public void Detach(SimulatedHost host, string ip, string network)
    {
        var conf = host.ActiveCniConf;
        used.GetValueOrDefault(Pool(host, network))?.Remove(Number(ip));
        if (network == "flannel")
        {
            host.RemoveLink(VethOf(ip));

            // DEL goes to whatever plugin is configured now: after a change of CNI the reservation leaks.
            if (conf?.Contains("flannel", StringComparison.Ordinal) == true)
            {
                host.Files.Remove("/var/lib/cni/networks/cbr0/" + ip);
            }
        }
    }

    private string Allocate(SimulatedHost host, string cidr)
    {
        var pool = Pool(host, cidr == host.PodCIDR ? "flannel" : "cilium");
        if (!used.TryGetValue(pool, out var taken))
        {
            used[pool] = taken = [];
        }

        // .1 is the gateway.
        var next = Number(FirstAddress(cidr)) + 1;
        while (!taken.Add(next))
        {
            next++;
        }

        return Text(next);
    }

    private static string Pool(SimulatedHost host, string network) => $"{host.Name}/{network}";

    private static string VethOf(string ip) => string.Create(CultureInfo.InvariantCulture, $"veth{Number(ip):x8}");

    private static string FirstAddress(string cidr) => Text(Number(cidr[..cidr.IndexOf('/', StringComparison.Ordinal)]) + 1);

    private static uint Number(string ip) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(ip).GetAddressBytes());

    private static string Text(uint number)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes).ToString();
    }
}
