using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using KubeProxyReplaced = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.KubeProxyReplaced;
using NodesClean = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.NodesClean;
using PodsManaged = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PodsManaged;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What a migration does once the report has been made: nothing is taken from the old network before the new one was measured. Pure.</summary>
internal static class MigrationFollowUp
{
    public static MigrationAction Action(EffectiveSpec spec, NetworkProfilePlan plan, NetworkProfileObservation seen, NetworkProfileStatus report)
    {
        var migration = plan.Migration;
        if (!migration.IsUnderWay || !plan.MayAct || plan.Step.Action != HelmAction.None || plan.Freeze is not null || !IsVerified(spec, seen, report))
        {
            return MigrationAction.None;
        }

        if (migration.MayFinish && Is(report, HelmReleased.Type) && Is(report, PodsManaged.Type) && Is(report, NodesClean.Type))
        {
            return MigrationAction.Finish;
        }

        if (!migration.DeletesPods && MigrationProbes.Hindrance(seen) is not null)
        {
            return MigrationAction.None;
        }

        return migration.MayPark && PreviousCniEvidence.Of(seen) is { Workloads.Count: > 0, IsParked: false } ? MigrationAction.Park : MigrationAction.None;
    }

    private static bool IsVerified(EffectiveSpec spec, NetworkProfileObservation seen, NetworkProfileStatus report) =>
        LiveNetwork.IsProven(spec, seen, type => Is(report, type))
        && report.Conditions?.FirstOrDefault(c => c.Type == KubeProxyReplaced.Type) is { } kubeProxy
        && (kubeProxy.Status == ConditionStatus.True || kubeProxy.Reason is KubeProxyReplaced.KubeProxyRunning or KubeProxyReplaced.KubeProxyConflict || LiveNetwork.ReplacesKubeProxy(spec, seen));

    private static bool Is(NetworkProfileStatus report, string type) => report.Conditions?.FirstOrDefault(c => c.Type == type)?.Status == ConditionStatus.True;
}
