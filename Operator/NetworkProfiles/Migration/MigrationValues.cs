using System.Net;
using System.Net.Sockets;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What differs from the spec while Cilium runs beside Flannel (facts of the real cluster, "Overlap straight into native routing"). Pure.</summary>
internal static class MigrationValues
{
    /// <summary>A larger network than this would leave packets to the outside without masquerading.</summary>
    private const int ShortestIpv4Prefix = 8;

    private const int ShortestIpv6Prefix = 16;

    /// <summary>Beside Flannel's 8472.</summary>
    public const int OtherPort = 8473;

    public static InterimValues Beside(EffectiveSpec spec, NetworkProfileObservation seen, MigrationRecord? record)
    {
        var old = OldPodCidrs(seen, record);
        return new InterimValues
        {
            Ipv4NativeRoutingCIDR = Native(spec, spec.Ipam.Ipv4PodCIDRs, old, seen, AddressFamily.InterNetwork, ShortestIpv4Prefix),
            Ipv6NativeRoutingCIDR = Native(spec, spec.Ipam.Ipv6PodCIDRs, old, seen, AddressFamily.InterNetworkV6, ShortestIpv6Prefix),
            LegacyHostRouting = true,
            NoPolicyEnforcement = true,
            UnmanagedPodWatcherOff = true,
        };
    }

    /// <summary>As the record has it, so that it doesn't change under way; before there is one, as Flannel and the nodes say.</summary>
    public static IReadOnlyList<string> OldPodCidrs(NetworkProfileObservation seen, MigrationRecord? record)
    {
        if (record is { OldPodCidrs.Count: > 0 })
        {
            return record.OldPodCidrs;
        }

        return seen.PreviousNetwork.PodCidrs.Count > 0 ? seen.PreviousNetwork.PodCidrs : PodCidrsOf(seen.Nodes);
    }

    public static IReadOnlyList<string> PodCidrsOf(IEnumerable<V1Node> nodes) =>
        [.. nodes.SelectMany(n => n.Spec?.PodCIDRs ?? (n.Spec?.PodCIDR is { } one ? [one] : [])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Where its configuration is gone with it, nodes still have the name of it.</summary>
    public static FlannelBackend? Backend(NetworkProfileObservation seen, MigrationRecord? record) =>
        record?.Backend ?? seen.PreviousNetwork.Backend
        ?? (seen.Nodes.Select(n => n.Metadata.Annotations?.GetValueOrDefault(PreviousCniEvidence.BackendAnnotation)).FirstOrDefault(type => type is not null) is { } named
            ? new FlannelBackend { Type = named }
            : null);

    /// <summary>
    /// Covers both pod networks, so that neither masquerades towards the other. Where they lie so far apart that the cover would hold the
    /// nodes or half the world, the spec's own holds: pods of both networks still reach each other, behind their nodes' addresses.
    /// </summary>
    private static string? Native(EffectiveSpec spec, IReadOnlyList<string> pool, IReadOnlyList<string> old, NetworkProfileObservation seen, AddressFamily family, int shortest)
    {
        var given = family == AddressFamily.InterNetwork ? spec.Routing.Ipv4NativeRoutingCIDR : spec.Routing.Ipv6NativeRoutingCIDR;
        if (spec.Routing.Mode != RoutingMode.Native
            || AddressRanges.Cover(given is null ? pool : [.. pool, given], family) is not { } own
            || AddressRanges.Cover([own, .. old], family) is not { } cover
            || !IPNetwork.TryParse(cover, out var network))
        {
            return null;
        }

        var holdsNodes = seen.Nodes.Any(n => (n.Status?.Addresses ?? []).Any(a => IPAddress.TryParse(a.Address, out var address) && network.Contains(address)));
        return network.PrefixLength < shortest || holdsNodes ? null : cover;
    }
}
