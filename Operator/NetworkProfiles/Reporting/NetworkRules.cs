using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using FlannelRemoved = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.FlannelRemoved;
using KubeProxyReplaced = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.KubeProxyReplaced;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The conditions about what the network does, as far as the API tells it: by cilium-config and by which workloads exist.</summary>
internal static class NetworkRules
{
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

        var wanted = input.Wanted.FirstOrDefault(f => f.Name == FeatureNames.KubeProxyReplacement)?.Value;
        var configured = input.Configured.FirstOrDefault(f => f.Name == FeatureNames.KubeProxyReplacement)?.Value;
        if (wanted is null || configured is null)
        {
            return Unknown(KubeProxyReplaced.Type, KubeProxyReplaced.Unknown, "cilium-config is of a version that is not known");
        }

        if (configured != wanted)
        {
            return False(KubeProxyReplaced.Type, KubeProxyReplaced.NotActive, $"cilium-config has kubeProxyReplacement {configured}, wanted is {wanted}");
        }

        var otherwise = input.Agents.Where(a => a.FeatureOf(FeatureNames.KubeProxyReplacement) is { } said && said != wanted).ToList();
        if (otherwise.Count > 0)
        {
            return False(KubeProxyReplaced.Type, KubeProxyReplaced.NotActive,
                $"agents on {AgentRules.Nodes(otherwise)} report kubeProxyReplacement {otherwise[0].FeatureOf(FeatureNames.KubeProxyReplacement)}, wanted is {wanted}{AgentRules.Restart(input, otherwise)}");
        }

        var total = Math.Max(input.Component(CiliumComponent.Agent).Desired, input.Agents.Count);
        var saying = input.Agents.Count(a => a.FeatureOf(FeatureNames.KubeProxyReplacement) == wanted);
        if (saying < total || total == 0)
        {
            return Unknown(KubeProxyReplaced.Type, KubeProxyReplaced.Configured, $"cilium-config asks the agents to replace kube-proxy; {saying} of {total} agents report that they do") with { Settling = true };
        }

        var taken = $"{saying} of {total} agents have taken over from kube-proxy";
        var kubeProxy = KubeProxyDaemonSet.Find(input.Seen);
        if (kubeProxy is null || ParkedDaemonSet.Pods(kubeProxy) == 0)
        {
            return True(KubeProxyReplaced.Type, KubeProxyReplaced.Replaced, kubeProxy is null ? $"{taken}, which does not run here" : $"{taken}, which is parked");
        }

        if (input.Spec.KubeProxyReplacement.KubeProxy == KubeProxyPolicy.Keep)
        {
            return True(KubeProxyReplaced.Type, KubeProxyReplaced.KubeProxyKept, $"{taken}, which is kept running beside them");
        }

        if (KubeProxyPlanner.WasPutBack(input.Profile, kubeProxy))
        {
            return False(KubeProxyReplaced.Type, KubeProxyReplaced.KubeProxyConflict,
                $"{taken}, but something has put kube-proxy back (kubeadm upgrade does, unless told --skip-phases=addon/kube-proxy): "
                + $"keep it from doing so, then have it parked again: kubectl annotate --overwrite networkprofile {input.Profile.Metadata.Name} {NetworkProfileNames.RequestedAtAnnotation}=\"$(date +%s)\"");
        }

        return ParkedDaemonSet.OwnerOf(kubeProxy) is { } owner
            ? False(KubeProxyReplaced.Type, KubeProxyReplaced.KubeProxyRunning, $"{taken}, which still runs and can't be parked: {owner}, or set spec.kubeProxyReplacement.kubeProxy to Keep")
            : False(KubeProxyReplaced.Type, KubeProxyReplaced.KubeProxyRunning, $"{taken}, which still runs on {ParkedDaemonSet.Pods(kubeProxy)} nodes") with { Settling = true };
    }

    private static string Outage(MigrationRecord? record) => record switch
    {
        { OutageStartedAt: { } from, OutageEndedAt: { } to } => string.Create(CultureInfo.InvariantCulture, $"; pods were without a network for {(to - from).TotalSeconds:0} s at most"),
        { OutageStartedAt: { } since } => string.Create(CultureInfo.InvariantCulture, $"; pods are without a network since {since.UtcDateTime:HH:mm:ss} UTC, until Cilium is there and has made each of them anew"),
        _ => "",
    };

    public static Verdict Flannel(ReportInput input)
    {
        if (input.Spec.PreviousCNI.Kind == PreviousCniKind.None)
        {
            return True(FlannelRemoved.Type, FlannelRemoved.NotNeeded, "spec.previousCNI.kind is None");
        }

        var evidence = PreviousCniEvidence.Of(input.Seen);
        var record = MigrationPlanner.RecordInForce(input.Seen);
        if (EmbeddedFlannel.Running(input.Spec.PreviousCNI.Kind, input.Seen.Nodes) is { } embedded)
        {
            return False(FlannelRemoved.Type, FlannelRemoved.EmbeddedInDistribution, embedded);
        }

        if (PreviousCniEvidence.Untouchable(input.Spec, input.Seen) is { } untouchable)
        {
            return False(FlannelRemoved.Type, FlannelRemoved.ManagedByOther, untouchable);
        }

        if (evidence.Workloads.Count == 0)
        {
            return AbandonedNetwork.IsInUse(input.Seen)
                ? False(FlannelRemoved.Type, FlannelRemoved.Removing, "nothing of Flannel runs any more, and pods still have addresses of its network: they are moved to Cilium's, and the nodes are cleaned then") with { Settling = input.Plan.Migration.IsUnderWay && input.Plan.MayAct ? true : null }
                : record is { FinishedAt: null }
                ? False(FlannelRemoved.Type, FlannelRemoved.Removing, "Flannel's DaemonSet is gone, and the rest of its objects follows") with { Settling = true }
                : record is null
                ? True(FlannelRemoved.Type, FlannelRemoved.NotNeeded, "no DaemonSet of Flannel runs in this cluster")
                : True(FlannelRemoved.Type, FlannelRemoved.Removed, $"Flannel was taken away; its manifests are in Secret {record.Secret}{Outage(record)}");
        }

        var names = string.Join(", ", evidence.Workloads.Select(PreviousCniEvidence.NameOf));
        if (record?.FinishedAt is not null)
        {
            return False(FlannelRemoved.Type, FlannelRemoved.ManagedByOther,
                $"DaemonSet {names} runs Flannel again, after it was taken away at {record.FinishedAt.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC: delete it, and keep what has made it (a pipeline, an addon manager) from doing so");
        }

        return evidence.IsParked
            ? False(FlannelRemoved.Type, FlannelRemoved.Removing, (evidence.DaemonSets.Count > 0 ? $"DaemonSet {names} is parked, and its pods are ending" : $"DaemonSet {names} is parked, and is deleted when all was measured without it") + Outage(record)) with { Settling = true }
            : False(FlannelRemoved.Type, FlannelRemoved.StillRunning, $"DaemonSet {names} runs Flannel until no pod needs it") with { Settling = input.Plan.Migration.IsUnderWay && input.Plan.MayAct ? true : null };
    }
}
