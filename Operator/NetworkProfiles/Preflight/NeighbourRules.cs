using System.Net;
using System.Net.Sockets;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// autoDirectNodeRoutes makes routes to other nodes' pods by way of their addresses. That works for nodes of one L2 network only: to
/// the others packets are lost, or agents fail (cilium/cilium#31124), and all report Ready.
/// </summary>
internal static class NeighbourRules
{
    private const int MostPairs = 6;

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        var routing = input.Spec.Routing;
        if (routing.Mode != RoutingMode.Native || !routing.AutoDirectNodeRoutes)
        {
            yield break;
        }

        var pairs = Apart(input);
        if (pairs.Count == 0)
        {
            yield break;
        }

        var where = pairs.Count <= MostPairs ? string.Join(", ", pairs.Select(p => p.ToString())) : Grouped(input, pairs);
        if (routing.DirectRoutingSkipUnreachable)
        {
            yield return PreflightFinding.Warning(PreflightReasons.NotAdjacent,
                $"spec.routing.directRoutingSkipUnreachable: no direct routes are made between nodes that share no L2 network: {where}: the network itself has to route their pod CIDRs, or these pods don't reach each other");
            yield break;
        }

        var skip = input.Cilium is { HasDirectRoutingSkipUnreachable: false } ? "" : "set spec.routing.directRoutingSkipUnreachable: true where the network routes pod CIDRs between them, ";
        yield return PreflightFinding.Blocker(PreflightReasons.NotAdjacent,
            $"spec.routing.autoDirectNodeRoutes: true: nodes that share no L2 network can't have direct routes to each other's pods, whose packets would be lost while all agents are Ready: {where}: "
            + $"{skip}use spec.bgpControlPlane: true without autoDirectNodeRoutes and announce the pod CIDRs, or spec.routing.mode: Tunnel");
    }

    /// <summary>Each pair once, by name. One side's "no" is enough: a route is needed in both directions.</summary>
    private static List<Pair> Apart(PreflightInput input) =>
    [
        .. input.Facts
            .SelectMany(node => (node.Value.Peers ?? [])
                .Where(peer => peer is { SameL2: false, Node: not null } && IsRouted(input, peer.Address))
                .Select(peer => Pair.Of(node.Key, peer.Node!, peer.Message)))
            .GroupBy(pair => (pair.One, pair.Other))
            .Select(group => group.First())
            .OrderBy(pair => pair.One, StringComparer.Ordinal).ThenBy(pair => pair.Other, StringComparer.Ordinal),
    ];

    /// <summary>Only families that pods have get routes.</summary>
    private static bool IsRouted(PreflightInput input, string? address) =>
        IPAddress.TryParse(address, out var ip) && (ip.AddressFamily == AddressFamily.InterNetworkV6 ? input.Ipv6 : input.Ipv4);

    /// <summary>Many pairs mostly are few networks: nodes that reach each other, directly or by others, are one of them.</summary>
    private static string Grouped(PreflightInput input, List<Pair> pairs)
    {
        var apart = pairs.Select(p => (p.One, p.Other)).ToHashSet();
        var parents = input.Facts.Keys.ToDictionary(name => name, name => name, StringComparer.Ordinal);
        string Root(string name)
        {
            while (parents[name] != name)
            {
                name = parents[name] = parents[parents[name]];
            }

            return name;
        }

        var ring = new PeerRing(input.Nodes);
        foreach (var node in input.Facts.Keys)
        {
            foreach (var peer in ring.PeersOf(node).Where(p => parents.ContainsKey(p.Node!)))
            {
                var pair = Pair.Of(node, peer.Node!, null);
                if (!apart.Contains((pair.One, pair.Other)))
                {
                    parents[Root(pair.Other)] = Root(pair.One);
                }
            }
        }

        var groups = parents.Keys.GroupBy(Root, StringComparer.Ordinal).Select(g => g.Order(StringComparer.Ordinal).ToList()).OrderByDescending(g => g.Count).ThenBy(g => g[0], StringComparer.Ordinal).ToList();
        var examples = string.Join(", ", pairs.Take(2).Select(p => p.ToString()));
        return groups.Count is 1 or > MostPairs
            ? $"{string.Join(", ", pairs.Take(MostPairs).Select(p => p.ToString()))} and {pairs.Count - MostPairs} more pairs"
            : $"{groups.Count} networks, with {string.Join("; with ", groups.Select(g => $"{g.Count} nodes ({Names.Of(g, 3)})"))}; {pairs.Count} pairs such as {examples}";
    }

    private sealed record Pair(string One, string Other, string? Because)
    {
        public static Pair Of(string node, string peer, string? because) =>
            string.CompareOrdinal(node, peer) < 0 ? new Pair(node, peer, because) : new Pair(peer, node, because);

        public override string ToString() => Because is null ? $"{One} ↔ {Other}" : $"{One} ↔ {Other} ({Because})";
    }
}
