using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Validation;

/// <summary>Pools, masks and native routing CIDRs: what can be told without looking at the nodes.</summary>
internal static class AddressRules
{
    public static IEnumerable<Finding> Check(RuleInput input)
    {
        var findings = new List<Finding>();
        var ipam = input.Spec.Ipam;
        if (ipam.Mode == IpamMode.Kubernetes)
        {
            if (input.Written.Ipam is { } written && (written.Ipv4PodCIDRs is { Count: > 0 } || written.Ipv6PodCIDRs is { Count: > 0 }))
            {
                findings.Add(Finding.Error("spec.ipam.ipv4PodCIDRs", null, FindingReasons.Contradiction,
                    "with mode Kubernetes pod addresses come from the nodes' podCIDRs; remove the pools or use mode ClusterPool"));
            }
        }
        else if (ipam.Ipv4PodCIDRs.Count == 0 && ipam.Ipv6PodCIDRs.Count == 0)
        {
            findings.Add(Finding.Error("spec.ipam.ipv4PodCIDRs", null, FindingReasons.Missing, "a pool of at least one family is needed"));
        }

        var ipv4 = Pool("spec.ipam.ipv4PodCIDRs", ipam.Ipv4PodCIDRs, ipv6: false, ipam.Ipv4MaskSize, "spec.ipam.ipv4MaskSize", input, findings);
        var ipv6 = Pool("spec.ipam.ipv6PodCIDRs", ipam.Ipv6PodCIDRs, ipv6: true, ipam.Ipv6MaskSize, "spec.ipam.ipv6MaskSize", input, findings);
        NativeCidr(input, "spec.routing.ipv4NativeRoutingCIDR", input.Spec.Routing.Ipv4NativeRoutingCIDR, CiliumValues.Ipv4NativeCidr(input.Spec, input.Context),
            ipv6: false, CiliumValues.Ipv4(input.Spec, input.Context), input.Spec.Masquerading.Ipv4, ipv4, findings);
        NativeCidr(input, "spec.routing.ipv6NativeRoutingCIDR", input.Spec.Routing.Ipv6NativeRoutingCIDR, CiliumValues.Ipv6NativeCidr(input.Spec, input.Context),
            ipv6: true, CiliumValues.Ipv6(input.Spec, input.Context), input.Spec.Masquerading.Ipv6, ipv6, findings);
        return findings;
    }

    private static List<Cidr> Pool(
        string field, IReadOnlyList<string> texts, bool ipv6, int mask, string maskField, RuleInput input, List<Finding> findings)
    {
        var pool = new List<Cidr>();
        var family = ipv6 ? "IPv6" : "IPv4";
        var masksFit = true;
        for (var i = 0; i < texts.Count; i++)
        {
            var at = $"{field}[{i}]";
            if (!Cidr.TryParse(texts[i], out var cidr) || cidr.IsIpv6 != ipv6)
            {
                findings.Add(Finding.Error(at, texts[i], FindingReasons.Malformed,
                    $"has to be an {family} network without host bits, for instance {(ipv6 ? "fd00:10::/104" : "10.245.0.0/16")}"));
                continue;
            }

            if (pool.FirstOrDefault(cidr.Overlaps) is { } other)
            {
                findings.Add(Finding.Error(at, texts[i], FindingReasons.AddressRange, $"overlaps {other} of the same pool; nodes would get the same addresses"));
            }

            pool.Add(cidr);
            masksFit &= MaskFits(cidr, mask, maskField, ipv6, findings);
        }

        if (pool.Count > 0 && masksFit && input.Context.NodeCount is > 0 and var nodes)
        {
            var blocks = pool.Aggregate(System.Numerics.BigInteger.Zero, (sum, cidr) => sum + cidr.Blocks(mask));
            if (blocks < nodes)
            {
                findings.Add(Finding.Error(field, texts, FindingReasons.AddressRange,
                    $"has room for {blocks} nodes at a mask of {mask}, and there are {nodes}; append a network to the pool"));
            }
        }

        return pool;
    }

    private static bool MaskFits(Cidr cidr, int mask, string maskField, bool ipv6, List<Finding> findings)
    {
        var longest = ipv6 ? 128 : 32;
        if (mask < 1 || mask > longest - 2)
        {
            findings.Add(Finding.Error(maskField, mask, FindingReasons.Malformed, $"has to leave room for pods: at most {longest - 2}"));
        }
        else if (mask <= cidr.PrefixLength)
        {
            findings.Add(Finding.Error(maskField, mask, FindingReasons.AddressRange, $"has to be longer than the prefix of {cidr}, which one node would fill"));
        }
        else if (mask - cidr.PrefixLength > 16)
        {
            // The operator keeps one bit for each block (cilium/ipam cidrset).
            findings.Add(Finding.Error(maskField, mask, FindingReasons.AgentFatal,
                $"the Cilium operator refuses more than 65536 blocks in one network: with {cidr} use at most {cidr.PrefixLength + 16}"));
        }
        else
        {
            return true;
        }

        return false;
    }

    private static void NativeCidr(
        RuleInput input, string field, string? written, string? effective, bool ipv6, bool familyOn, bool masquerades, List<Cidr> pool, List<Finding> findings)
    {
        var family = ipv6 ? "IPv6" : "IPv4";
        if (written is not null && (!Cidr.TryParse(written, out var parsed) || parsed.IsIpv6 != ipv6))
        {
            findings.Add(Finding.Error(field, written, FindingReasons.Malformed, $"has to be an {family} network without host bits"));
            return;
        }

        if (written is not null && !familyOn)
        {
            findings.Add(Finding.Error(field, written, FindingReasons.NotEffective, $"pods have no {family}; give spec.ipam.{(ipv6 ? "ipv6" : "ipv4")}PodCIDRs or remove it"));
            return;
        }

        if (!input.Native || !familyOn)
        {
            return;
        }

        if (effective is null)
        {
            // Only where it could have been found out: without a cluster, node pod CIDRs aren't known yet.
            if (masquerades && input.Spec.Ipam.Mode == IpamMode.ClusterPool)
            {
                findings.Add(Finding.Error(field, null, FindingReasons.AgentFatal,
                    $"every agent would crash: Native with masquerading needs it, and a pool of {pool.Count} networks doesn't say which; give one network that covers them all"));
            }
            else if (masquerades)
            {
                findings.Add(Finding.Warning(field, null, FindingReasons.Missing,
                    "agents need it, and it will be taken from the nodes' pod CIDRs; give it where these don't lie in one network"));
            }

            return;
        }

        if (Cidr.TryParse(effective, out var native))
        {
            foreach (var outside in pool.Where(p => !native.Contains(p)))
            {
                findings.Add(Finding.Error(field, effective, FindingReasons.AddressRange,
                    $"doesn't cover pool network {outside}: packets to those pods would be masqueraded"));
            }
        }
    }
}
