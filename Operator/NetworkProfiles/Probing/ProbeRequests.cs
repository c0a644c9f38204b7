using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Probing;

/// <summary>
/// What each node is asked to connect to while a network is replaced. Pure. Nobody lists pods for that: each agent names two of
/// its node's pods of each network, and those are the targets of the node itself and of the next ones in a ring by name, so that
/// the work grows with the nodes and not with their square. Beside them each node's own address, and the services.
/// </summary>
public static class ProbeRequests
{
    public const string OldNetwork = "old";
    public const string NewNetwork = "new";

    /// <summary>Nodes in the ring behind each that it tries.</summary>
    private const int MostPeers = 3;

    /// <summary>Nothing has to listen on a pod: its refusal is an answer.</summary>
    private const int DiscardPort = 9;
    private const int KubeletPort = 10250;

    /// <param name="nodes">All of the cluster's; those that are left out or down are no targets.</param>
    /// <param name="networks">What the agents have said so far.</param>
    /// <param name="oldCIDRs">Of the network that goes.</param>
    /// <param name="newCIDRs">Of the one that comes.</param>
    /// <param name="services">See <see cref="Service"/>.</param>
    /// <param name="token">Another one asks for a round now, and tells its answers from earlier ones.</param>
    /// <returns>By node.</returns>
    public static IReadOnlyDictionary<string, ProbeRequest> For(
        IEnumerable<V1Node> nodes,
        IEnumerable<V1Alpha1NodeNetwork> networks,
        IReadOnlyList<string> oldCIDRs,
        IReadOnlyList<string> newCIDRs,
        IReadOnlyList<ProbeTarget> services,
        string token)
    {
        var ring = nodes.Where(IsUp).OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).ToList();
        var sources = networks.ToDictionary(network => network.Metadata.Name!, network => network.Status?.Probe?.Sources ?? [], StringComparer.Ordinal);
        var asked = new Dictionary<string, ProbeRequest>(StringComparer.Ordinal);
        for (var self = 0; self < ring.Count; self++)
        {
            var peers = Enumerable.Range(0, Math.Min(MostPeers + 1, ring.Count)).Select(step => ring[(self + step) % ring.Count]).ToList();
            var targets = peers.SelectMany(peer => PodsOn(peer, sources)).Concat(peers.Skip(1).SelectMany(AddressesOf)).Concat(services).Take(64).ToList();
            asked[ring[self].Metadata.Name!] = new ProbeRequest
            {
                Round = Digest(targets, oldCIDRs.Concat(newCIDRs), token),
                Networks = [new ProbeNetwork { Name = OldNetwork, CIDRs = oldCIDRs }, new ProbeNetwork { Name = NewNetwork, CIDRs = newCIDRs }],
                Targets = targets,
            };
        }

        return asked;
    }

    /// <summary>A service whose TCP port somebody must answer, as kubernetes and kube-dns.</summary>
    public static ProbeTarget Service(string @namespace, string name, string clusterIP, int port) =>
        new() { Name = $"service {@namespace}/{name}", Address = clusterIP, Port = port, Listens = true };

    internal static bool IsUp(V1Node node) =>
        NodeEligibility.Excluded(node) is null && node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status != "Unknown";

    private static IEnumerable<ProbeTarget> PodsOn(V1Node node, Dictionary<string, IReadOnlyList<ProbeSource>> sources) =>
        (sources.GetValueOrDefault(node.Metadata.Name!) ?? [])
            .Select(source => new ProbeTarget { Name = $"pod {source.Address} ({source.Network}) on {node.Metadata.Name}", Address = source.Address, Port = DiscardPort });

    private static IEnumerable<ProbeTarget> AddressesOf(V1Node node) =>
        (node.Status?.Addresses ?? []).Where(address => address is { Type: "InternalIP", Address.Length: > 0 })
            .Select(address => new ProbeTarget { Name = $"node {node.Metadata.Name}", Address = address.Address, Port = KubeletPort });

    private static string Digest(IEnumerable<ProbeTarget> targets, IEnumerable<string> ranges, string token)
    {
        var text = string.Join('\n', targets.Select(target => string.Create(CultureInfo.InvariantCulture, $"{target.Name} {target.Address} {target.Port}")).Concat(ranges).Append(token));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
