using System.Globalization;
using System.Net;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>The outcome of a CNI ADD: addresses, IPv4 first, or why there are none.</summary>
internal readonly record struct Attachment(IReadOnlyList<string> PodIPs, string? Network, string? Failure)
{
    public static Attachment Failed(string why) => new([], null, why);
}

/// <summary>Plays the container runtime's CNI ADD and DEL on a host: which plugin gets the pod follows from the configuration files there.</summary>
internal sealed class PodNetwork
{
    private const string Reservations = "/var/lib/cni/networks/";
    private readonly Dictionary<string, SortedSet<uint>> used = [];

    /// <summary>The pod CIDRs that Cilium's agent on a node hands out from, IPv4 first; null when no agent answers its plugin.</summary>
    public Func<SimulatedHost, IReadOnlyList<string>?> CiliumPodCIDRs { get; set; } = _ => null;

    /// <param name="host">Where the pod is.</param>
    /// <param name="pod">namespace/name; the runtime's library writes down for whom an ADD was.</param>
    public Attachment Attach(SimulatedHost host, ObjectKey pod)
    {
        var conf = host.ActiveCniConf;
        if (conf is null)
        {
            return Attachment.Failed("network is not ready: container runtime network not ready: cni plugin not initialized");
        }

        if (conf.Contains("cilium", StringComparison.Ordinal))
        {
            return CiliumPodCIDRs(host) is { } cidrs
                ? new Attachment(Allocate(host, "cilium", cidrs), "cilium", null)
                : Attachment.Failed("plugin type=\"cilium-cni\" failed (add): unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 seconds timeout: Get \"http://localhost/v1/config\": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory");
        }

        if (!host.Files.ContainsKey("/run/flannel/subnet.env"))
        {
            return Attachment.Failed("plugin type=\"flannel\" failed (add): failed to load flannel 'subnet.env' file: open /run/flannel/subnet.env: no such file or directory. Check the flannel pod log for this node.");
        }

        var mtu = host.Links.GetValueOrDefault("flannel.1")?.Mtu ?? 1500;
        IReadOnlyList<string> ips = Allocate(host, "flannel", [host.PodCIDR, .. host.PodCIDRv6 is { } v6 ? [v6] : Array.Empty<string>()]);
        if (conf.Contains("canal", StringComparison.Ordinal))
        {
            // Calico's plugin needs no bridge: a device and a route for each pod.
            host.SetLink(new HostLink(PolicyDeviceOf(ips[0]), "veth") { Mtu = mtu });
            host.SetRoute(new HostRoute(ips[0] + "/32", null, PolicyDeviceOf(ips[0])));
        }
        else
        {
            EnsureBridge(host, mtu);
            host.SetLink(new HostLink(VethOf(ips[0]), "veth") { Mtu = mtu, Master = "cni0" });
        }

        host.Files[Reservation(conf, ips[0])] = "";
        host.Files[ResultOf(ips[0])] = $$$"""{"kind":"cniCacheV1","ifName":"eth0","networkName":"cbr0","cniArgs":[["K8S_POD_NAMESPACE","{{{pod.Namespace}}}"],["K8S_POD_NAME","{{{pod.Name}}}"]],"result":{"interfaces":[{"name":"cni0"},{"name":"{{{VethOf(ips[0])}}}"},{"name":"eth0","sandbox":"/var/run/netns/cni-{{{VethOf(ips[0])}}}"}]}}""";
        return new Attachment(ips, "flannel", null);
    }

    public void Detach(SimulatedHost host, IReadOnlyList<string> ips, string network)
    {
        used.GetValueOrDefault(Pool(host, network))?.Remove(Number(ips[0]));
        if (network == "flannel")
        {
            host.RemoveLink(VethOf(ips[0]));
            host.RemoveLink(PolicyDeviceOf(ips[0]));

            // DEL goes to whatever plugin is configured now: after a change of CNI the reservation and the result leak.
            if (host.ActiveCniConf is { } conf && !conf.Contains("cilium", StringComparison.Ordinal))
            {
                host.Files.Remove(ResultOf(ips[0]));
                host.Files.Remove(Reservation(conf, ips[0]));
            }
        }
    }

    /// <summary>The host's end of a pod on Flannel's bridge.</summary>
    public static string VethOf(string ip) => string.Create(CultureInfo.InvariantCulture, $"veth{Number(ip):x8}");

    /// <summary>The host's end of a pod of canal.</summary>
    public static string PolicyDeviceOf(string ip) => string.Create(CultureInfo.InvariantCulture, $"cali{Number(ip):x8}");

    /// <summary>What libcni keeps of an ADD, by the container's id.</summary>
    private static string ResultOf(string ip) => string.Create(CultureInfo.InvariantCulture, $"/var/lib/cni/results/cbr0-{Number(ip):x64}-eth0");

    private static void EnsureBridge(SimulatedHost host, int mtu)
    {
        if (!host.Links.ContainsKey("cni0"))
        {
            List<string> gateways = [$"{FirstAddress(host.PodCIDR)}/24"];
            if (host.PodCIDRv6 is { } cidr)
            {
                gateways.Add(cidr.Replace("::/64", "::1/64", StringComparison.Ordinal));
                host.SetRoute(new HostRoute(cidr, null, "cni0"));
            }

            host.SetLink(new HostLink("cni0", "bridge") { Mtu = mtu, Addresses = gateways });
            host.SetRoute(new HostRoute(host.PodCIDR, null, "cni0"));
        }
    }

    private static string Reservation(string conf, string ip) => Reservations + (conf.Contains("canal", StringComparison.Ordinal) ? "k8s-pod-network/" : "cbr0/") + ip;

    private List<string> Allocate(SimulatedHost host, string network, IReadOnlyList<string> cidrs)
    {
        var pool = Pool(host, network);
        if (!used.TryGetValue(pool, out var taken))
        {
            used[pool] = taken = [];
        }

        // .1 is the gateway.
        var first = Number(FirstAddress(cidrs[0]));
        var next = first + 1;
        while (!taken.Add(next))
        {
            next++;
        }

        return [Text(next), .. cidrs.Skip(1).Select(cidr => NthV6(cidr, next - first + 1))];
    }

    private static string Pool(SimulatedHost host, string network) => $"{host.Name}/{network}";

    private static string FirstAddress(string cidr) => Text(Number(cidr[..cidr.IndexOf('/', StringComparison.Ordinal)]) + 1);

    private static uint Number(string ip) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(ip).GetAddressBytes());

    private static string NthV6(string cidr, uint n)
    {
        var bytes = IPNetwork.Parse(cidr).BaseAddress.GetAddressBytes();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) + n);
        return new IPAddress(bytes).ToString();
    }

    private static string Text(uint number)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes).ToString();
    }
}
