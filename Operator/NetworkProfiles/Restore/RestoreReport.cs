using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Reporting;
using FlannelRemoved = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.FlannelRemoved;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using PlanApproved = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PlanApproved;
using Ready = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Ready;
using Reconciling = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Reconciling;
using Stalled = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Stalled;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>The status of a profile whose old network comes back, or is back. Pure.</summary>
internal static class RestoreReport
{
    public static NetworkProfileStatus Of(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RestorePlan plan, string? failure = null)
    {
        var held = plan.Action == RestoreAction.Hold;
        var message = failure ?? plan.Message;
        return (profile.Status ?? new NetworkProfileStatus()) with
        {
            ObservedGeneration = profile.Metadata.Generation,
            Phase = plan.AwaitsApproval ? NetworkProfilePhase.AwaitingApproval : NetworkProfilePhase.Restoring,
            Conditions = NetworkProfileReporter.Merge(profile, [.. Verdicts(plan, message, held, failure is not null)], seen.ObservedAt),
            LastHandledRequestedAt = profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation),
            Plan = held ? null : PlanOf(plan, seen, message, failure is not null),
            Cilium = seen.LatestRelease is null or { Status: Helm.HelmReleaseStatus.Uninstalled } ? null : profile.Status?.Cilium,
            Features = null,
            Backup = NodesReport.Backup(seen),
        };
    }

    private static IEnumerable<Verdict> Verdicts(RestorePlan plan, string message, bool held, bool failed)
    {
        if (held)
        {
            yield return Verdict.False(Ready.Type, Ready.Restored, message);
            yield return Verdict.True(Stalled.Type, Stalled.Restored, message);
            yield return Verdict.False(FlannelRemoved.Type, FlannelRemoved.Restored, "the old network is back");
            yield return Verdict.False(HelmReleased.Type, HelmReleased.NotInstalled, "the release was uninstalled for the old network to come back");
            yield break;
        }

        yield return Verdict.False(Ready.Type, Ready.Restoring, message);
        yield return plan.NeedsPerson
            ? Verdict.True(Stalled.Type, Stalled.RestoreBlocked, message)
            : Verdict.True(Reconciling.Type, plan.AwaitsApproval ? Reconciling.AwaitingApproval : failed ? Reconciling.ProgressingWithRetry : Reconciling.Restoring, message);
        yield return plan.AwaitsApproval
            ? Verdict.False(PlanApproved.Type, PlanApproved.AwaitingApproval, message)
            : Verdict.True(PlanApproved.Type, PlanApproved.Approved, $"plan {plan.Digest}: the old network comes back");
        if (!plan.AwaitsApproval)
        {
            yield return Verdict.False(FlannelRemoved.Type, FlannelRemoved.Restoring, message);
        }
    }

    private static PlanStatus PlanOf(RestorePlan plan, NetworkProfileObservation seen, string message, bool failed) => new()
    {
        Digest = plan.Digest,
        Disruption = Disruption.Outage,
        Steps =
        [
            .. RestoreSteps.All.Select((step, i) => new PlanStepStatus
            {
                Name = step.Name,
                State = plan.AwaitsApproval ? PlanStepState.AwaitingApproval
                    : i < plan.StepsDone ? PlanStepState.Done
                    : i > plan.StepsDone ? PlanStepState.Pending
                    : failed || plan.NeedsPerson ? PlanStepState.Failed
                    : PlanStepState.Running,
                Because = step.Because,
                Disruption = step.Disruption,
                Nodes = seen.Nodes.Count(n => NodeEligibility.Excluded(n) is null),
                Message = i == plan.StepsDone && !plan.AwaitsApproval ? message : null,
            }),
        ],
    };
}
