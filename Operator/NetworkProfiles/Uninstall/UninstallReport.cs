using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Reporting;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using NodesClean = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.NodesClean;
using Ready = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Ready;
using Reconciling = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Reconciling;

namespace NetProfile.NetworkProfiles.Uninstall;

/// <summary>The status of a profile that is being deleted. Pure.</summary>
internal static class UninstallReport
{
    public static NetworkProfileStatus Of(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, UninstallPlan plan, string? failure = null, string? failureReason = null)
    {
        var message = failure ?? plan.Message;
        var reconciling = plan.AwaitsApproval ? Reconciling.AwaitingApproval : failure is not null || plan.Fails ? Reconciling.ProgressingWithRetry : Reconciling.Uninstalling;
        var gone = seen.LatestRelease is null or { Status: Helm.HelmReleaseStatus.Uninstalled };
        List<Verdict> verdicts =
        [
            Verdict.False(Ready.Type, Ready.Deleting, message),
            Verdict.True(Reconciling.Type, reconciling, message),
            gone ? Verdict.False(HelmReleased.Type, HelmReleased.NotInstalled, "the release is uninstalled") : Verdict.False(HelmReleased.Type, failureReason ?? HelmReleased.Uninstalling, message),
        ];
        if (gone)
        {
            verdicts.Add(Verdict.False(NodesClean.Type, plan.Fails ? NodesClean.ResiduesLeft : NodesClean.Cleaning, message));
        }

        return (profile.Status ?? new NetworkProfileStatus()) with
        {
            ObservedGeneration = profile.Metadata.Generation,
            Phase = NetworkProfilePhase.Deleting,
            Conditions = NetworkProfileReporter.Merge(profile, verdicts, seen.ObservedAt),
            Plan = null,
        };
    }
}
