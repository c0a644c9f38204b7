using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using FlannelRemoved = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.FlannelRemoved;
using KubeProxyReplaced = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.KubeProxyReplaced;
using RoutingActive = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.RoutingActive;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The conditions about what the network does, as far as the API tells it: by cilium-config and by which workloads exist.</summary>
internal static class NetworkRules
{
    public static Verdict Routing(ReportInput input)
    {
        if (input.Seen.CiliumConfig is null)
        {
            return False(RoutingActive.Type, RoutingActive.NotInstalled, "ConfigMap cilium-config does not exist");
        }

        var feature = input.Features.FirstOrDefault(f => f.Name == FeatureNames.Routing);
        if (feature is null)
        {
            return Unknown(RoutingActive.Type, RoutingActive.Unknown, "cilium-config is of a version that is not known");
        }

        return feature.Reported == feature.Wanted
            ? True(RoutingActive.Type, RoutingActive.Configured, $"cilium-config has {feature.Reported}")
            : False(RoutingActive.Type, RoutingActive.WrongMode, $"cilium-config has {feature.Reported}, wanted is {feature.Wanted}");
    }

    public static Verdict KubeProxy(ReportInput input)
    {
        if (!input.Spec.KubeProxyReplacement.Enabled)
        {
            return True(KubeProxyReplaced.Type, KubeProxyReplaced.NotWanted, "spec.kubeProxyReplacement.enabled is false: kube-proxy is left alone");
        }

        if (input.Seen.CiliumConfig is null)
        {
            return False(KubeProxyReplaced.Type, KubeProxyReplaced.NotInstalled, "ConfigMap cilium-config does not exist");
        }

        var feature = input.Features.FirstOrDefault(f => f.Name == FeatureNames.KubeProxyReplacement);
        if (feature?.Reported != feature?.Wanted)
        {
            return False(KubeProxyReplaced.Type, KubeProxyReplaced.NotActive, $"cilium-config has kubeProxyReplacement {feature?.Reported}, wanted is {feature?.Wanted}");
        }

        return True(KubeProxyReplaced.Type, KubeProxyReplaced.Configured, "cilium-config asks the agents to replace kube-proxy");
    }

    public static Verdict Flannel(ReportInput input)
    {
        if (input.Spec.PreviousCNI.Kind == PreviousCniKind.None)
        {
            return True(FlannelRemoved.Type, FlannelRemoved.NotNeeded, "spec.previousCNI.kind is None");
        }

        var evidence = PreviousCniEvidence.Of(input.Seen);
        return evidence.DaemonSets.Count == 0
            ? True(FlannelRemoved.Type, FlannelRemoved.NotNeeded, "no DaemonSet of Flannel runs in this cluster")
            : False(FlannelRemoved.Type, FlannelRemoved.StillRunning, $"DaemonSet {string.Join(", ", evidence.DaemonSets)} runs Flannel");
    }
}
