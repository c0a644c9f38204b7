using System.Net;
using System.Net.Sockets;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// What agents send has to fit on the way, by the nodes' own measuring: a packet that is a little too large is lost where small ones
/// pass, so that connections are made and then hang. Agents take the MTU of their node's devices unless they are told one.
/// </summary>
internal static class MtuRules
{
    private const int MostPairs = 6;

    /// <summary>RFC 8200: IPv6 works with no less.</summary>
    private const int SmallestForIpv6 = 1280;

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        var wanted = input.Spec.Routing.Mtu;
        var devices = input.Facts
            .Select(n => (Node: n.Key, Mtu: DeviceMtu(n.Value)))
            .Where(n => n.Mtu > 0)
            .OrderBy(n => n.Node, StringComparer.Ordinal)
            .ToDictionary(n => n.Node, n => n.Mtu, StringComparer.Ordinal);
        if (devices.Count == 0)
        {
            return [];
        }

        var smallest = devices.Values.Min();
        return [.. TooLarge(wanted, devices), .. Paths(input, wanted, devices), .. Different(wanted, smallest, devices), .. ForPods(input, wanted > 0 ? wanted : smallest)];
    }

    private static IEnumerable<PreflightFinding> TooLarge(int wanted, Dictionary<string, int> devices)
    {
        if (devices.Where(d => d.Value < wanted).ToList() is { Count: > 0 } small)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.PathMtuTooSmall,
                $"spec.routing.mtu: {wanted} is more than the device of {Names.Of(small.Select(d => d.Key))} takes ({small.Min(d => d.Value)}): large packets would be lost there; set it to {devices.Values.Min()} or less, or enlarge the device's MTU");
        }
    }

    private static IEnumerable<PreflightFinding> Paths(PreflightInput input, int wanted, Dictionary<string, int> devices)
    {
        var narrow = input.Facts
            .SelectMany(n => (n.Value.Peers ?? []).Where(p => p.Node is not null && p.PathMtu < (wanted > 0 ? wanted : devices.GetValueOrDefault(n.Key))).Select(p => (Node: n.Key, Peer: p)))
            .OrderBy(p => p.Node, StringComparer.Ordinal).ThenBy(p => p.Peer.Node, StringComparer.Ordinal)
            .ToList();
        if (narrow.Count == 0)
        {
            yield break;
        }

        var pairs = narrow.Select(p => $"{p.Node} → {p.Peer.Node} {p.Peer.PathMtu}").Distinct(StringComparer.Ordinal).ToList();
        var least = narrow.Min(p => p.Peer.PathMtu!.Value);
        var silent = narrow.Exists(p => p.Peer.Message?.Contains("vanish", StringComparison.Ordinal) ?? false) ? ", and larger packets vanish without a word on the way" : "";
        yield return PreflightFinding.Blocker(PreflightReasons.PathMtuTooSmall,
            $"between nodes packets are lost that are larger than {string.Join(", ", pairs.Take(MostPairs))}{(pairs.Count > MostPairs ? $" and {pairs.Count - MostPairs} more pairs" : "")}{silent}, and agents would send {(wanted > 0 ? wanted : devices.Values.Max())}: "
            + $"connections would be made and hang with the first large packet; set spec.routing.mtu: {least}, or mend the network between");
    }

    private static IEnumerable<PreflightFinding> Different(int wanted, int smallest, Dictionary<string, int> devices)
    {
        if (wanted == 0 && devices.Values.Max() > smallest)
        {
            var few = devices.Where(d => d.Value == smallest).Select(d => d.Key);
            yield return PreflightFinding.Warning(PreflightReasons.PathMtuTooSmall,
                $"the nodes' devices have different MTUs, {string.Join(" and ", devices.Values.Distinct().Order().Take(4))}, and agents take their own node's: what the others send may be too large for {Names.Of(few)}; set spec.routing.mtu: {smallest}");
        }
    }

    private static IEnumerable<PreflightFinding> ForPods(PreflightInput input, int mtu)
    {
        if (input.Cilium is not { } facts)
        {
            yield break;
        }

        var overIpv6 = input.Nodes.Any(n => (n.Status?.Addresses ?? []).FirstOrDefault(a => a.Type == "InternalIP") is { } first && IPAddress.TryParse(first.Address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6);
        var overlay = input.Spec.Routing.Mode == RoutingMode.Tunnel ? facts.TunnelOverhead(overIpv6) : 0;
        var encryption = facts.EncryptionOverhead(input.Spec.Encryption);
        var pods = mtu - overlay - encryption;
        if (pods < SmallestForIpv6)
        {
            yield return new PreflightFinding(input.Ipv6, PreflightReasons.PathMtuTooSmall,
                $"of {mtu} bytes{(overlay > 0 ? $" the overlay takes {overlay}" : "")}{(encryption > 0 ? $"{(overlay > 0 ? " and" : "")} {input.Spec.Encryption} {encryption}" : "")}, and pods would have {pods}: "
                + $"{(input.Ipv6 ? $"IPv6 needs {SmallestForIpv6}, so that it would not work for pods" : "less than most programs expect")}; enlarge the MTU of the nodes' devices, or do without {(overlay > 0 ? "spec.routing.mode: Tunnel" : "encryption")}");
        }
    }

    private static int DeviceMtu(NodeFacts facts) =>
        (facts.Links ?? []).Where(l => l.Mtu > 0 && (l.Name == facts.DefaultRouteDevice || l.Name == facts.DefaultRouteDeviceV6)).Select(l => l.Mtu!.Value).DefaultIfEmpty(0).Min();
}
