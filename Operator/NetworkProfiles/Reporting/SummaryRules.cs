using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Nodes;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;
using AgentsReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.AgentsReady;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using PodsManaged = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PodsManaged;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;
using Ready = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Ready;
using Reconciling = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Reconciling;
using Stalled = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Stalled;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>
/// kstatus: Ready sums the other conditions up, Reconciling and Stalled stand there only while they are true and never both.
/// Nothing else in this program decides any of the three.
/// </summary>
internal static class SummaryRules
{
    private static readonly HashSet<string> s_rollingReasons = [AgentsReady.RollingOut, AgentsReady.NotInstalled, AgentsReady.PodsNotReady];

    public static IEnumerable<Verdict> Summarize(ReportInput input, IReadOnlyList<Verdict> verdicts)
    {
        var failing = verdicts.FirstOrDefault(v => v.Status != ConditionStatus.True);
        var stalled = StalledBy(input, verdicts);
        var reconciling = stalled is null ? ReconcilingBy(input, failing) : null;
        yield return ReadyBy(input, verdicts, failing, reconciling);
        if (stalled is not null)
        {
            yield return stalled;
        }

        if (reconciling is not null)
        {
            yield return reconciling;
        }
    }

    private static Verdict ReadyBy(ReportInput input, IReadOnlyList<Verdict> verdicts, Verdict? failing, Verdict? reconciling)
    {
        if (failing is null)
        {
            return Verdict.True(Ready.Type, Ready.NetworkReady, $"Cilium {input.Spec.Cilium.Version} runs as asked: {verdicts.First(v => v.Type == AgentsReady.Type).Message}");
        }

        // A False verdict tells more than an Unknown one, so it comes first.
        var first = verdicts.FirstOrDefault(v => v.Status == ConditionStatus.False) ?? failing;
        if (input.Spec.Suspend && input.Plan.Wanted.Action != HelmAction.None)
        {
            return Verdict.False(Ready.Type, Ready.Suspended, $"spec.suspend is true, so nothing is changed; outstanding: {input.Plan.Wanted.Because}");
        }

        var reason = reconciling is { Reason: Reconciling.Progressing } ? Ready.Progressing : first.Reason;
        return new Verdict(Ready.Type, first.Status, reason, $"{first.Type}: {first.Message}");
    }

    private static Verdict? StalledBy(ReportInput input, IReadOnlyList<Verdict> verdicts)
    {
        if (input.Acting || input.Spec.Suspend)
        {
            return null;
        }

        if (input.Plan is { Freeze: { } freeze, Step.Action: HelmAction.None })
        {
            return Verdict.True(Stalled.Type, Stalled.Frozen, freeze.Message);
        }

        if (input.Plan.Blockers.FirstOrDefault(b => b.NeedsPerson) is { } blocker)
        {
            var reason = blocker.Condition switch
            {
                _ when blocker.Condition == Accepted.Type => Stalled.NotAccepted,
                _ when blocker.Reason == PreflightPassed.WaitingForNodes => Stalled.NodesDirty,
                _ when blocker.Condition == PreflightPassed.Type => Stalled.PreflightFailed,
                _ => Stalled.HelmFailed,
            };
            return Verdict.True(Stalled.Type, reason, blocker.Message);
        }

        if (input.Plan is { MayAct: true, Migration.IsUnderWay: true } && MigrationStall(input, verdicts) is { } stall)
        {
            return stall;
        }

        var release = verdicts.First(v => v.Type == HelmReleased.Type);
        return release.Status == ConditionStatus.False && input.LastAttempt is not null && RetryPolicy.NeedsPerson(release.Reason)
            ? Verdict.True(Stalled.Type, Stalled.HelmFailed, release.Message)
            : null;
    }

    /// <summary>What a migration has come to a halt at, though nothing blocked it: time alone ends none of these.</summary>
    private static Verdict? MigrationStall(ReportInput input, IReadOnlyList<Verdict> verdicts)
    {
        if (input.Plan.Migration is { MovesNodes: true, Nodes: { NeedsPerson: true } nodes })
        {
            return Verdict.True(Stalled.Type, Stalled.NodesLeft, nodes.Text);
        }

        if (input.Plan.Migration.MovesPods && verdicts.FirstOrDefault(v => v.Type == PodsManaged.Type) is { Reason: PodsManaged.BarePods } bare)
        {
            return Verdict.True(Stalled.Type, Stalled.PodsLeft, bare.Message);
        }

        var open = input.Plan.Nodes.Nodes.Where(n => !n.Down && n.Standing is not (NodeStanding.Clean or NodeStanding.Skipped)).ToList();
        return input.Plan.Nodes.Stage == NodesStage.Working && open.Count > 0 && open.TrueForAll(n => n.Standing is NodeStanding.Failed or NodeStanding.Dirty or NodeStanding.Unreachable)
            ? Verdict.True(Stalled.Type, Stalled.NodesDirty, NodesText.Of(input.Plan.Nodes.Nodes))
            : null;
    }

    private static Verdict? ReconcilingBy(ReportInput input, Verdict? failing)
    {
        if (input.Acting)
        {
            return Verdict.True(Reconciling.Type, Reconciling.Progressing, $"{input.Plan.Step.Action}: {input.Plan.Step.Because}");
        }

        if (input.Spec.Suspend || failing is null)
        {
            return null;
        }

        if (input.Plan.Approval is PlanApproval.Awaiting or PlanApproval.Outdated)
        {
            return Verdict.True(Reconciling.Type, Reconciling.AwaitingApproval, $"plan {input.Plan.Digest} waits for an approval");
        }

        if (input.LastAttempt is { } attempt && input.Plan.RetryAt is { } retryAt)
        {
            return Verdict.True(Reconciling.Type, Reconciling.ProgressingWithRetry, $"try {attempt.Count} failed; the next one is at {retryAt.UtcDateTime:HH:mm:ss} UTC");
        }

        return failing.Type == HelmReleased.Type || (failing.Settling ?? s_rollingReasons.Contains(failing.Reason))
            ? Verdict.True(Reconciling.Type, Reconciling.Progressing, $"{failing.Type}: {failing.Message}")
            : null;
    }

    public static NetworkProfilePhase PhaseOf(ReportInput input, IReadOnlyList<Verdict> all)
    {
        bool Is(string type) => all.FirstOrDefault(v => v.Type == type)?.Status == ConditionStatus.True;
        return input switch
        {
            { Profile.Metadata.DeletionTimestamp: not null } => NetworkProfilePhase.Deleting,
            { Plan.Migration: { IsUnderWay: true, Blockers.Count: 0 }, Plan.MayAct: true, Plan.Freeze: null } => NetworkProfilePhase.Migrating,
            { Acting: true, Plan.Step.Action: HelmAction.Install } => NetworkProfilePhase.Installing,
            { Acting: true } => NetworkProfilePhase.Upgrading,
            { Spec.Suspend: true } => NetworkProfilePhase.Suspended,
            _ when Is(Ready.Type) => NetworkProfilePhase.Ready,
            _ when !Is(Accepted.Type) => NetworkProfilePhase.Refused,
            { Plan.Approval: PlanApproval.Awaiting or PlanApproval.Outdated } => NetworkProfilePhase.AwaitingApproval,
            _ when Is(Stalled.Type) => input.Plan.Freeze is null ? NetworkProfilePhase.Degraded : NetworkProfilePhase.Frozen,
            _ when !Is(HelmReleased.Type) => input.IsInstalled ? NetworkProfilePhase.Upgrading : NetworkProfilePhase.Pending,
            _ when Is(Reconciling.Type) => NetworkProfilePhase.Verifying,
            _ => NetworkProfilePhase.Degraded,
        };
    }
}
