using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Migration;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using KubeProxyReplaced = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.KubeProxyReplaced;

namespace NetProfile.NetworkProfiles.KubeProxy;

internal enum KubeProxyAction
{
    None,
    Park,
    Unpark,
}

/// <summary>Decides when kube-proxy goes and when it comes back. Pure.</summary>
internal static class KubeProxyPlanner
{
    /// <summary>
    /// Before anything else: kube-proxy comes back before the agents stop replacing it, not after.
    /// </summary>
    public static KubeProxyAction Before(EffectiveSpec spec, NetworkProfileObservation seen) =>
        !IsToBeParked(spec) && !spec.Suspend && seen.ProfileInForce is null && KubeProxyDaemonSet.Find(seen) is { } daemonSet && ParkedDaemonSet.IsParkedByUs(daemonSet)
            ? KubeProxyAction.Unpark
            : KubeProxyAction.None;

    /// <summary>
    /// After the report: kube-proxy goes when every agent says that it has taken over and serves NodePorts, the agents are well and
    /// reach each other. One that somebody put back stays until a person asks for another try.
    /// </summary>
    public static KubeProxyAction After(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, NetworkProfileStatus report, MigrationPlan migration)
    {
        ConditionStatus? StatusOf(string type) => report.Conditions?.FirstOrDefault(c => c.Type == type)?.Status;
        var ready = IsToBeParked(spec) && !spec.Suspend && seen.ProfileInForce is null && migration.MayPark
            && (Reason(report) == KubeProxyReplaced.KubeProxyRunning || (Reason(report) == KubeProxyReplaced.Configured && LiveNetwork.ReplacesKubeProxy(spec, seen)))
            && (migration.IsUnderWay || StatusOf(HelmReleased.Type) == ConditionStatus.True)
            && LiveNetwork.IsProven(spec, seen, type => StatusOf(type) == ConditionStatus.True)
            && LiveNetwork.UpNodes(seen) is var up && seen.Agents.Agents.Where(agent => up.Contains(agent.Node)).All(agent => agent.Answer?.Seen.Status?.NodePort is { Enabled: true });
        return ready && KubeProxyDaemonSet.Find(seen) is { } daemonSet && !ParkedDaemonSet.IsParked(daemonSet) && ParkedDaemonSet.OwnerOf(daemonSet) is null && !WasPutBack(profile, daemonSet)
            ? KubeProxyAction.Park
            : KubeProxyAction.None;
    }

    /// <summary>The release may not stop replacing kube-proxy before kube-proxy runs again.</summary>
    public static IEnumerable<Blocker> Blockers(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        var replacing = seen.CiliumConfig?.GetValueOrDefault("kube-proxy-replacement") is "true" or "strict";
        if (replacing && !spec.KubeProxyReplacement.Enabled && KubeProxyDaemonSet.Find(seen) is { } daemonSet && !KubeProxyDaemonSet.IsReady(daemonSet))
        {
            yield return Blocker.Release(HelmReleased.OutOfSync,
                $"the release goes on replacing kube-proxy until DaemonSet {KubeProxyDaemonSet.Namespace}/{KubeProxyDaemonSet.Name} is ready on every node again", needsPerson: false);
        }
    }

    /// <summary>It was parked, as the status of the last reconcile says, and runs again although nobody asked this operator for that.</summary>
    public static bool WasPutBack(V1Alpha1NetworkProfile profile, V1DaemonSet daemonSet)
    {
        var asked = profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation) is { } requestedAt && requestedAt != profile.Status?.LastHandledRequestedAt;
        return !asked && !ParkedDaemonSet.IsParked(daemonSet) && Reason(profile.Status) is KubeProxyReplaced.Replaced or KubeProxyReplaced.KubeProxyConflict;
    }

    public static bool IsToBeParked(EffectiveSpec spec) => spec.KubeProxyReplacement is { Enabled: true, KubeProxy: KubeProxyPolicy.Park };

    private static string? Reason(NetworkProfileStatus? status) => status?.Conditions?.FirstOrDefault(c => c.Type == KubeProxyReplaced.Type)?.Reason;
}
