using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// Whom each node is asked about: every pair of a small cluster; in a larger one each node's next ones in a ring by name, so that the
/// answers grow with the nodes and not with their square, and a node that shares no L2 with the others still shows.
/// </summary>
internal sealed class PeerRing
{
    private const int MostPeers = 16;

    private readonly List<PeerRequest> _ring;
    private readonly Dictionary<string, int> _places;

    public PeerRing(IEnumerable<V1Node> nodes)
    {
        _ring =
        [
            .. nodes
                .Where(n => NodeEligibility.Excluded(n) is null)
                .Select(n => new PeerRequest { Node = n.Metadata.Name, Addresses = InternalAddresses(n) })
                .Where(p => p.Addresses!.Count > 0)
                .OrderBy(p => p.Node, StringComparer.Ordinal),
        ];
        _places = _ring.Select((peer, place) => (peer.Node, place)).ToDictionary(p => p.Node!, p => p.place, StringComparer.Ordinal);
    }

    public IReadOnlyList<PeerRequest> PeersOf(string node) => !_places.TryGetValue(node, out var place)
        ? []
        : [.. Enumerable.Range(1, Math.Max(0, Math.Min(MostPeers, _ring.Count - 1))).Select(step => _ring[(place + step) % _ring.Count])];

    private static List<string> InternalAddresses(V1Node node) =>
        [.. (node.Status?.Addresses ?? []).Where(a => a is { Type: "InternalIP", Address.Length: > 0 }).Select(a => a.Address!)];
}
