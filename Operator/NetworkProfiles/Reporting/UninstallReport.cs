using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using Ready = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Ready;
using Reconciling = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Reconciling;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The status of a profile that is being deleted.</summary>
internal static class UninstallReport
{
    public static NetworkProfileStatus Of(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, UninstallStep step)
    {
        var reason = step.Release is null ? Reconciling.AwaitingApproval : Reconciling.Uninstalling;
        return Status(profile, seen, HelmReleased.Uninstalling, reason, step.Message);
    }

    public static NetworkProfileStatus Failed(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, HelmOutcome outcome) =>
        Status(profile, seen, RetryPolicy.ReasonOf(outcome.Failure), Reconciling.ProgressingWithRetry, outcome.Message);

    private static NetworkProfileStatus Status(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, string released, string reconciling, string message)
    {
        IReadOnlyList<Verdict> verdicts =
        [
            Verdict.False(Ready.Type, Ready.Deleting, message),
            Verdict.True(Reconciling.Type, reconciling, message),
            Verdict.False(HelmReleased.Type, released, message),
        ];
        return (profile.Status ?? new NetworkProfileStatus()) with
        {
            ObservedGeneration = profile.Metadata.Generation,
            Phase = NetworkProfilePhase.Deleting,
            Conditions = NetworkProfileReporter.Merge(profile, verdicts, seen.ObservedAt),
            Plan = null,
        };
    }
}
