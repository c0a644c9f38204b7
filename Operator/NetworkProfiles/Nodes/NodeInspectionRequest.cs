using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>What a node is asked to look at beside itself. Pure.</summary>
internal static class NodeInspectionRequest
{
    private const int MostEndpoints = 8;

    /// <summary>
    /// Every pair of a small cluster; in a larger one each node's next ones in a ring by name, so that the answers grow with the
    /// nodes and not with their square, and a node that shares no L2 with the others still shows.
    /// </summary>
    private const int MostPeers = 16;

    public static InspectionRequest For(V1Node node, EffectiveSpec spec, IReadOnlyCollection<V1Node> nodes, IReadOnlyList<string> apiServerEndpoints, string? requestedAt) => new()
    {
        RequestedAt = requestedAt,
        ApiServerEndpoints = apiServerEndpoints.Count > 0 ? [.. apiServerEndpoints.Take(MostEndpoints)] : null,
        Peers = PeersOf(node, nodes) is { Count: > 0 } peers ? peers : null,
        Ports = Ports(spec),
    };

    private static List<PeerRequest> PeersOf(V1Node node, IReadOnlyCollection<V1Node> nodes)
    {
        var ring = nodes
            .Where(n => NodeEligibility.Excluded(n) is null && InternalAddresses(n).Count > 0)
            .OrderBy(n => n.Metadata.Name, StringComparer.Ordinal).ToList();
        var self = ring.FindIndex(n => n.Metadata.Name == node.Metadata.Name);
        return
        [
            .. Enumerable.Range(1, Math.Max(0, Math.Min(MostPeers, ring.Count - 1)))
                .Select(step => ring[(self + step) % ring.Count])
                .Select(peer => new PeerRequest { Node = peer.Metadata.Name, Addresses = InternalAddresses(peer) }),
        ];
    }

    private static List<string> InternalAddresses(V1Node node) =>
        [.. (node.Status?.Addresses ?? []).Where(a => a is { Type: "InternalIP", Address.Length: > 0 }).Select(a => a.Address!)];

    /// <summary>The overlay's port, the health check between nodes, and Hubble's between relay and agents.</summary>
    private static List<string> Ports(EffectiveSpec spec)
    {
        var ports = new List<string> { "tcp/4240", "tcp/4244" };
        if (spec.Routing.Mode == RoutingMode.Tunnel)
        {
            ports.Insert(0, string.Create(CultureInfo.InvariantCulture, $"udp/{spec.Routing.TunnelPort}"));
        }

        return ports;
    }
}
