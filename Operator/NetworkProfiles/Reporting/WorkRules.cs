using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using PlanApproved = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PlanApproved;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The conditions that say how far the work is: from the spec to the Helm release.</summary>
internal static class WorkRules
{
    public static Verdict Accept(ReportInput input)
    {
        var blockers = input.Plan.Blockers.Where(b => b.Condition == Accepted.Type).ToList();
        return blockers.Count == 0
            ? True(Accepted.Type, Accepted.Valid, $"Cilium {input.Spec.Cilium.Version} can do all that is asked")
            : False(Accepted.Type, blockers[0].Reason, Summary.Of(blockers.Select(b => b.Message)));
    }

    public static Verdict Preflight(ReportInput input)
    {
        // What the cluster is unfit for is told beside what is wrong with the spec, and not after that is mended.
        var blockers = input.Plan.Blockers.Where(b => b.Condition == PreflightPassed.Type).ToList();
        if (input.Plan.Desired is null && blockers.TrueForAll(b => !b.NeedsPerson))
        {
            return Unknown(PreflightPassed.Type, PreflightPassed.NotChecked, "nothing more to check: the spec is not accepted");
        }

        if (blockers.Count > 0)
        {
            var waits = blockers.TrueForAll(b => b.Reason == PreflightPassed.WaitingForNodes && !b.NeedsPerson);
            return False(PreflightPassed.Type, blockers[0].Reason, Summary.Of(blockers.Select(b => b.Message))) with { Settling = waits ? true : null };
        }

        return input.Plan.Warnings.Count > 0
            ? True(PreflightPassed.Type, PreflightPassed.PassedWithWarnings, Summary.Of(input.Plan.Warnings.Select(w => w.Message)))
            : True(PreflightPassed.Type, PreflightPassed.Passed, "nothing stands in the way");
    }

    public static Verdict Approve(ReportInput input)
    {
        var plan = input.Plan;
        var how = $"it is of class {plan.Disruption} because {plan.Wanted.Because}: kubectl annotate --overwrite networkprofile {input.Profile.Metadata.Name} {NetworkProfileNames.ApprovedPlanAnnotation}={plan.Digest}";
        return plan.Approval switch
        {
            PlanApproval.NoPlan => Unknown(PlanApproved.Type, PlanApproved.NoPlan, "there is no plan: the spec is not accepted"),
            PlanApproval.NothingToDo => True(PlanApproved.Type, PlanApproved.NothingToDo, "there is nothing to do"),
            PlanApproval.NotNeeded => True(PlanApproved.Type, PlanApproved.NotNeeded, $"a plan of class {plan.Disruption} needs no approval with spec.approval {input.Spec.Approval}"),
            PlanApproval.Approved => True(PlanApproved.Type, PlanApproved.Approved, $"plan {plan.Digest} was approved"),
            PlanApproval.Outdated => False(PlanApproved.Type, PlanApproved.ApprovalOutdated, $"another plan was approved than the present one, {plan.Digest}; {how}"),
            _ => False(PlanApproved.Type, PlanApproved.AwaitingApproval, $"plan {plan.Digest} waits for an approval; {how}"),
        };
    }

    public static Verdict Release(ReportInput input)
    {
        var (plan, latest) = (input.Plan, input.Seen.LatestRelease);
        if (input.BlockerOf(HelmReleased.Type) is { } blocker)
        {
            return False(HelmReleased.Type, blocker.Reason, blocker.Message);
        }

        if (input is { Acting: true, Plan.Step.Action: HelmAction.Rollback })
        {
            return False(HelmReleased.Type, HelmReleased.RollingBack, $"helm goes back to Cilium {plan.Next?.Release.Chart.Version}: {plan.Step.Because}");
        }

        if (input is { Acting: true, Plan.Step: { Action: HelmAction.PullImages or HelmAction.Preflight or HelmAction.EndPreflight } before })
        {
            return False(HelmReleased.Type, HelmReleased.PullingImages, $"{plan.Next?.Name}: {before.Because}");
        }

        if (input.Acting)
        {
            return plan.Step.Action == HelmAction.Install
                ? False(HelmReleased.Type, HelmReleased.Installing, $"helm installs {input.Spec.Cilium.Version}: {plan.Step.Because}")
                : False(HelmReleased.Type, HelmReleased.Upgrading, $"helm upgrades to {plan.Next?.Release.Chart.Version ?? input.Spec.Cilium.Version}: {plan.Step.Because}");
        }

        if (plan.IsInSync)
        {
            return True(HelmReleased.Type, HelmReleased.InSync, $"revision {latest!.Revision} has chart {latest.ChartName} {latest.ChartVersion} and the wanted values");
        }

        if (input.LastAttempt is { Reason: { } reason } attempt && attempt.Digest == plan.Next?.Release.Digest)
        {
            return False(HelmReleased.Type, reason, attempt.Message ?? "");
        }

        return plan.Release?.State switch
        {
            HelmState.Absent => False(HelmReleased.Type, HelmReleased.NotInstalled, $"there is no Helm release {input.Spec.Cilium.Namespace}/{input.Spec.Cilium.ReleaseName}"),
            HelmState.Unmanaged => False(HelmReleased.Type, HelmReleased.Unmanaged,
                $"revision {latest!.Revision} ({latest.ChartName} {latest.ChartVersion}) was made by someone else; it is taken over once its plan is approved"),
            HelmState.Failed => False(HelmReleased.Type, HelmReleased.HelmFailed, $"revision {latest!.Revision} has failed: {latest.Description}"),
            HelmState.Locked => False(HelmReleased.Type, HelmReleased.Locked, $"revision {latest!.Revision} is pending"),
            null when latest is null => False(HelmReleased.Type, HelmReleased.NotInstalled, $"there is no Helm release {input.Spec.Cilium.Namespace}/{input.Spec.Cilium.ReleaseName}"),
            null => False(HelmReleased.Type, HelmReleased.OutOfSync, $"revision {latest!.Revision} is left as it is, because the spec is not accepted"),
            _ => plan.Waiting is { } waiting ? False(HelmReleased.Type, waiting.Reason, waiting.Message) : False(HelmReleased.Type, HelmReleased.OutOfSync, plan.Wanted.Because),
        };
    }
}
