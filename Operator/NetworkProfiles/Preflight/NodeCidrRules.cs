using NetProfile.Cilium.Validation;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Node.spec.podCIDRs where pods get their addresses from them: every node has some, and no two the same.</summary>
internal static class NodeCidrRules
{
    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input.Spec.Ipam.Mode != IpamMode.Kubernetes)
        {
            yield break;
        }

        var without = input.Nodes.Where(n => CidrsOf(n).Count == 0).ToList();
        if (without.Count > 0)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.PodCIDRMissing,
                $"spec.ipam.mode: Kubernetes takes pod addresses from Node.spec.podCIDRs, and {Names.Of(without)} has none: agents there would wait for ever; start kube-controller-manager with --allocate-node-cidrs and --cluster-cidr, or use mode ClusterPool");
        }

        foreach (var (cidr, nodes) in Shared(input.Nodes))
        {
            yield return PreflightFinding.Blocker(PreflightReasons.DuplicatePodCIDR,
                $"pod CIDR {cidr} is given to {Names.Of(nodes)}: their pods would get the same addresses; delete and register all but one of them again");
        }

        var services = input.Seen.Survey.ServiceCidrs.Where(s => Cidr.TryParse(s.Cidr, out _)).ToList();
        foreach (var service in services)
        {
            _ = Cidr.TryParse(service.Cidr, out var range);
            var inside = input.Nodes.Where(n => CidrsOf(n).Any(text => Cidr.TryParse(text, out var cidr) && cidr.Overlaps(range!))).ToList();
            if (inside.Count > 0)
            {
                yield return PreflightFinding.Blocker(PreflightReasons.AddressOverlap,
                    $"the podCIDRs of {Names.Of(inside)} overlap with the services' CIDR {service.Cidr} ({service.Source}): a pod and a Service would share an address; start kube-controller-manager with another --cluster-cidr");
            }
        }
    }

    public static IReadOnlyList<string> CidrsOf(V1Node node) => node.Spec?.PodCIDRs ?? (node.Spec?.PodCIDR is { } one ? [one] : []);

    /// <summary>Networks either hold each other or are apart: sorted, one that overlaps with any overlaps with a neighbour.</summary>
    private static IEnumerable<(Cidr Cidr, List<V1Node> Nodes)> Shared(IEnumerable<V1Node> nodes)
    {
        var given = nodes
            .SelectMany(n => CidrsOf(n).Select(text => (Node: n, Cidr: Cidr.TryParse(text, out var cidr) ? cidr : null)))
            .Where(g => g.Cidr is not null)
            .OrderBy(g => g.Cidr!.IsIpv6)
            .ThenBy(g => Convert.ToHexString(g.Cidr!.Network.BaseAddress.GetAddressBytes()), StringComparer.Ordinal)
            .ThenBy(g => g.Cidr!.PrefixLength)
            .ToList();
        for (var i = 0; i < given.Count;)
        {
            var outer = given[i].Cidr!;
            var same = given.Skip(i).TakeWhile(g => outer.Contains(g.Cidr!)).ToList();
            if (same.Count > 1)
            {
                yield return (outer, [.. same.Select(s => s.Node)]);
            }

            i += same.Count;
        }
    }
}
