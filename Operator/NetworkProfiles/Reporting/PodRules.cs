using System.Globalization;
using NetProfile.Cilium.Health;
using NetProfile.NetworkProfiles.Agents;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using PodsManaged = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PodsManaged;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>"Cluster Pods: 13/16 managed by Cilium", and which aren't.</summary>
internal static class PodRules
{
    public static Verdict? Managed(ReportInput input)
    {
        if (input.Component(CiliumComponent.Agent).Disabled || input.Seen.CiliumConfig is null)
        {
            return False(PodsManaged.Type, PodsManaged.NotInstalled, "Cilium is not installed");
        }

        if (input.Seen.CiliumConfig.GetValueOrDefault("disable-endpoint-crd") == "true")
        {
            // Agents then keep their endpoints to themselves.
            return null;
        }

        if (input.Seen.PodCensus is not { } census)
        {
            return Unknown(PodsManaged.Type, PodsManaged.Unknown, "pods are counted once all agents are ready and have been asked") with { Settling = true };
        }

        if (census.Error is { } error)
        {
            return Unknown(PodsManaged.Type, PodsManaged.Unknown, $"pods couldn't be counted: {error}");
        }

        if (census.Unmanaged.Count == 0)
        {
            return True(PodsManaged.Type, PodsManaged.AllManaged, "every pod with an address has it from Cilium");
        }

        var bare = census.Unmanaged.All(p => p.Bare);
        var message = string.Create(CultureInfo.InvariantCulture,
            $"{census.Managed} of {census.Pods} pods are managed by Cilium; {census.Unmanaged.Count} still have their network from elsewhere: {NodeNames.Join(census.Unmanaged.Select(p => p.Name))}");
        return bare
            ? False(PodsManaged.Type, PodsManaged.BarePods, $"{message}; nothing would make them again, so delete and create them yourself")
            : False(PodsManaged.Type, PodsManaged.UnmanagedPods, $"{message}; restart them (kubectl rollout restart of what owns them; pods of a StatefulSet are deleted)");
    }
}
