using System.Net;
using System.Net.Sockets;
using System.Numerics;
using NetProfile.Cilium.Validation;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Cilium's own pools: apart from every other network of the cluster, and large enough.</summary>
internal static class PodNetworkRules
{
    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input.Spec.Ipam.Mode != IpamMode.ClusterPool)
        {
            return [];
        }

        var ipam = input.Spec.Ipam;
        return
        [
            .. ipam.Ipv4PodCIDRs.Concat(ipam.Ipv6PodCIDRs).SelectMany(text => Cidr.TryParse(text, out var pool) ? Overlaps(input, pool).Select(finding => IsRunning(input, pool) ? Tolerated(finding) : finding) : []),
            .. Capacity("spec.ipam.ipv4PodCIDRs", ipam.Ipv4PodCIDRs, "spec.ipam.ipv4MaskSize", ipam.Ipv4MaskSize, 32, input),
            .. Capacity("spec.ipam.ipv6PodCIDRs", ipam.Ipv6PodCIDRs, "spec.ipam.ipv6MaskSize", ipam.Ipv6MaskSize, 128, input),
        ];
    }

    private static IEnumerable<PreflightFinding> Overlaps(PreflightInput input, Cidr pool)
    {
        var inside = input.Nodes.Where(n => (n.Status?.Addresses ?? []).Any(a => IPAddress.TryParse(a.Address, out var address) && pool.Network.Contains(address))).ToList();
        if (inside.Count > 0)
        {
            yield return Overlap($"pod CIDR {pool} holds the addresses of {Names.Of(inside)}: nodes would become unreachable; take another range");
        }
        else if (NodeNetwork(input, pool) is { } network)
        {
            yield return Overlap($"pod CIDR {pool} overlaps with {network}: pods would not reach what else is there; take another range");
        }

        var service = input.Seen.Survey.ServiceCidrs.FirstOrDefault(s => Cidr.TryParse(s.Cidr, out var cidr) && cidr.Overlaps(pool));
        if (service is not null)
        {
            yield return Overlap($"pod CIDR {pool} overlaps with the services' CIDR {service.Cidr} ({service.Source}): a pod and a Service would share an address; take another range");
        }

        var old = input.Nodes.Where(n => NodeCidrRules.CidrsOf(n).Any(text => Cidr.TryParse(text, out var cidr) && cidr.Overlaps(pool))).ToList();
        if (old.Count == 0 || !input.IsInstall || PreviousCniEvidence.Of(input.Seen).Workloads.Count > 0)
        {
            yield break;
        }

        yield return PreflightFinding.Warning(PreflightReasons.AddressOverlap,
            $"pod CIDR {pool} overlaps with Node.spec.podCIDRs of {Names.Of(old)}, which ClusterPool doesn't use: whoever routes or filters by those will take the wrong nodes; take another range, or spec.ipam.mode: Kubernetes");
    }

    /// <summary>The networks that nodes' devices of the default route are in.</summary>
    private static string? NodeNetwork(PreflightInput input, Cidr pool) => input.Facts
        .OrderBy(n => n.Key, StringComparer.Ordinal)
        .SelectMany(n => (n.Value.Links ?? []).Where(l => l.Name == n.Value.DefaultRouteDevice || l.Name == n.Value.DefaultRouteDeviceV6).SelectMany(l => (l.Addresses ?? []).Select(a => (Node: n.Key, l.Name, Network: NetworkOf(a)))))
        .Where(n => n.Network is not null && n.Network.Overlaps(pool))
        .Select(n => $"network {n.Network} of device {n.Name} on {n.Node}")
        .FirstOrDefault();

    /// <summary>192.168.7.11/24 is in 192.168.7.0/24. Link-local networks are everywhere, and /32 is none.</summary>
    private static Cidr? NetworkOf(string address)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(address.AsSpan(0, slash), out var ip) || ip.IsIPv6LinkLocal || !int.TryParse(address.AsSpan(slash + 1), out var length))
        {
            return null;
        }

        var cover = AddressRanges.Cover([$"{ip}/{length}"], ip.AddressFamily);
        return length < (ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) && Cidr.TryParse(cover, out var network) ? network : null;
    }

    private static IEnumerable<PreflightFinding> Capacity(string field, IReadOnlyList<string> pools, string maskField, int mask, int bits, PreflightInput input)
    {
        if (pools.Count == 0)
        {
            yield break;
        }

        var blocks = pools.Aggregate(BigInteger.Zero, (sum, text) => sum + (Cidr.TryParse(text, out var pool) ? pool.Blocks(mask) : 0));
        if (blocks < input.Nodes.Count)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.TooFewAddresses,
                $"{field} has room for {blocks} nodes with /{mask} each, and there are {input.Nodes.Count}: agents of the others would not start; append a CIDR, or before the installation take a larger mask");
        }

        // Network, broadcast, router and health addresses aren't for pods.
        var addresses = (BigInteger.One << Math.Clamp(bits - mask, 0, bits)) - 4;
        var crowded = input.IsInstall ? input.Nodes.Where(n => n.Status?.Allocatable?.GetValueOrDefault("pods") is { } pods && pods.Value > (decimal)BigInteger.Min(addresses, int.MaxValue)).ToList() : [];
        if (crowded.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.TooFewAddresses,
                $"{maskField}: {mask} leaves {addresses} addresses for the pods of a node, and {Names.Of(crowded)} may have {crowded[0].Status!.Allocatable!["pods"]} pods: the last ones would not start; take a smaller number before the installation, it can't be changed later");
        }
    }

    /// <summary>Cilium's own default, 10.0.0.0/8, overlaps with most clusters' Services; who runs it can't take another range any more.</summary>
    private static bool IsRunning(PreflightInput input, Cidr pool) => !input.IsInstall
        && ((string?[])[input.Seen.CiliumConfig?.GetValueOrDefault("cluster-pool-ipv4-cidr"), input.Seen.CiliumConfig?.GetValueOrDefault("cluster-pool-ipv6-cidr")])
            .Any(text => (text ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Contains(pool.ToString(), StringComparer.Ordinal));

    private static PreflightFinding Tolerated(PreflightFinding finding) => finding with { Blocks = false, Message = $"{finding.Message} when the cluster is made anew: the running Cilium has this one" };

    private static PreflightFinding Overlap(string message) => PreflightFinding.Blocker(PreflightReasons.AddressOverlap, message);
}
