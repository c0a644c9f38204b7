using NetProfile.Cilium.Health;
using NetProfile.Cilium.Validation;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>An earlier Cilium that was uninstalled leaves its objects and devices, and the next one goes on with their addresses (cilium/cilium#33861).</summary>
internal static class LeftoverRules
{
    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (!input.IsInstall || input.Seen.DaemonSets.Any(d => d.Metadata.Name == ComponentNames.AgentDaemonSet))
        {
            yield break;
        }

        var survey = input.Seen.Survey;
        var pools = input.Spec.Ipam.Ipv4PodCIDRs.Concat(input.Spec.Ipam.Ipv6PodCIDRs).Select(text => Cidr.TryParse(text, out var cidr) ? cidr : null).OfType<Cidr>().ToList();
        var outside = input.Spec.Ipam.Mode != IpamMode.ClusterPool ? [] : survey.CiliumNodes
            .Where(n => n.PodCidrs.Any(text => Cidr.TryParse(text, out var cidr) && !pools.Exists(pool => pool.Contains(cidr))))
            .ToList();
        const string Do = "delete the objects while no agent runs (kubectl delete ciliumnodes --all)";
        if (outside.Count > 0)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.Leftovers,
                $"CiliumNodes of an earlier Cilium are left, and {Names.Of(outside.Select(n => n.Name))} has {outside[0].PodCidrs[0]}, which is in no pool of spec.ipam: these nodes would keep such addresses, and the pool would be ignored there; {Do}");
        }
        else if (survey.CiliumNodes.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.Leftovers,
                $"{survey.CiliumNodes.Count} CiliumNodes of an earlier Cilium are left ({Names.Of(survey.CiliumNodes.Select(n => n.Name))}): their nodes keep the pod CIDRs that stand there; to give them out anew, {Do}");
        }

        var devices = input.Facts
            .Select(n => (Node: n.Key, Links: (n.Value.Links ?? []).Select(l => l.Name!).Where(name => name.StartsWith("cilium_", StringComparison.Ordinal)).ToList()))
            .Where(n => n.Links.Count > 0).OrderBy(n => n.Node, StringComparer.Ordinal).ToList();
        if (devices.Count > 0)
        {
            yield return PreflightFinding.Warning(PreflightReasons.Leftovers,
                $"devices of an earlier Cilium are left on {Names.Of(devices.Select(n => n.Node))} ({Names.Of(devices.SelectMany(n => n.Links).Order(StringComparer.Ordinal))}): agents take their addresses over; "
                + "to start from nothing, reboot these nodes or delete the devices there");
        }
    }
}
