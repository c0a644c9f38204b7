using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Preflight;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Telemetry;
using Accepted = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.Accepted;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles;

/// <summary>Decides, from what was read, what is done next. Pure: the same input gives the same plan.</summary>
internal static class NetworkProfilePlanner
{
    /// <summary>How often a steady profile is looked at without an event: the release's Secrets are not watched.</summary>
    internal static readonly TimeSpan SteadyInterval = TimeSpan.FromMinutes(5);

    /// <summary>How soon a blocked profile is looked at again, because what blocks it may be an object that is not watched.</summary>
    internal static readonly TimeSpan BlockedInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_lockedInterval = TimeSpan.FromSeconds(5);

    public static NetworkProfilePlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RolloutLimits? patience = null)
    {
        using var span = ReconcileSteps.Begin("plan");
        var limits = patience ?? new RolloutLimits();
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var desired = Desire(profile, spec, seen);
        var (target, blockers) = (desired.Target, desired.Blockers);
        var decision = target is null ? null : HelmDecision.Decide(seen.History, target.ToHelm(profile));
        var running = RunningRelease(seen);
        var onNodes = NodesPlanner.Plan(profile, spec, seen, held: true);
        var migration = MigrationPlanner.Plan(spec, seen, onNodes, UnmanagedPods.AllowsBare(profile));
        blockers.AddRange(migration.Blockers);
        var renewal = decision?.State == HelmState.InSync && !migration.IsUnderWay ? CertificateRenewal.PathOf(target, running, seen) : null;
        var path = renewal ?? MigrationPath.Of(desired, decision, running, migration) ?? PathOf(desired, decision, running);
        if (path.Refusal is { } refusal)
        {
            blockers.Add(Blocker.NotAccepted(Accepted.UnsupportedVersionChange, $"spec.cilium.version: {spec.Cilium.Version}: {refusal}"));
        }

        blockers.AddRange(ReleaseBlockers(spec, decision, seen));
        blockers.AddRange(KubeProxyPlanner.Blockers(spec, seen));
        var preflight = PreflightReview.Of(profile, desired, seen, running);
        blockers.AddRange(preflight.Blockers);
        var wanted = WantedStep(path, decision, seen);
        var rollout = AgentRollout.Of(seen);
        var mark = renewal is null && target is not null && PlanMark.Of(running) is { } made && made.Target == PlanMark.TargetOf(target) ? made : null;
        var next = wanted.Action is HelmAction.Install or HelmAction.Upgrade ? path.Next : null;
        var waiting = next is null || running is null ? null : StageGate.Of(next, running.ChartVersion, rollout, mark is not null, isOverruled: running is not null && HoldMark.Of(seen, running) is { IsContinued: true }, seen, spec, limits);
        var hop = seen.ProfileInForce is null ? HopPlanner.Plan(spec, seen, running, next, rollout) : HopPreparation.Ready;
        var digest = next is null ? null : mark?.Plan ?? PlanDigest.Of(spec, target!, path, wanted, preflight.Findings, seen);

        // The digest is the release's: an approval covers the cleaning before it, and stays good when that is done.
        var disruption = new[] { path.Disruption, onNodes.Disruption, migration.Disruption }.Max();
        var underWay = migration.IsUnderWay && MigrationMark.Of(seen.Migration) is { } agreed && agreed.Generation == profile.Metadata.Generation ? agreed : null;
        digest = underWay?.Plan ?? digest;
        var approval = underWay is null ? ApprovalOf(profile, spec, decision, digest, disruption, path.GoesBack) : PlanApproval.Approved;
        var nodes = NodesPlanner.Plan(profile, spec, seen, held: blockers.Count > 0 || spec.Suspend || approval is PlanApproval.Awaiting or PlanApproval.Outdated);
        blockers.AddRange(new[] { nodes.Blocker, hop.Blocker }.OfType<Blocker>());

        var retryAt = RetryPolicy.NextTry(profile.Status?.Cilium?.LastAttempt, next?.Release, profile);
        var backingOff = retryAt > seen.ObservedAt;
        waiting ??= next is not null && migration.HoldsRelease is { } reason ? new Waiting($"{next.Name}: {reason}") : null;
        var mayAct = blockers.Count == 0 && !spec.Suspend && seen.ProfileInForce is null && approval is PlanApproval.NotNeeded or PlanApproval.Approved or PlanApproval.NothingToDo;
        var free = mayAct && !backingOff && waiting is null;
        var freeze = FreezeRule.Of(profile, spec, seen, running, rollout, mark, isMidPath: mark is not null && next is not null, target, limits);
        var choice = PersonsChoice.Of(profile);
        var back = freeze is { IsRolledBack: false } && !spec.Suspend && running is not null && (choice == NetworkProfileNames.Actions.Rollback || spec.Rollout.OnFailure == FailurePolicy.Rollback)
            ? FreezeRule.RollbackTarget(seen, running)
            : null;
        if (freeze is not null)
        {
            var again = freeze.IsRolledBack && choice is NetworkProfileNames.Actions.Retry or NetworkProfileNames.Actions.Continue;
            free = free && again;
            choice = freeze.IsRolledBack && again && !free ? null : choice;
        }

        waiting ??= hop.Waiting;
        var step = !free ? HelmStep.None : hop.Step ?? (hop.Waiting is null ? wanted : HelmStep.None);
        if (back is not null && !backingOff)
        {
            next = RollbackOf(desired, back);
            step = new HelmStep(HelmAction.Rollback, next.Because);
        }

        return new NetworkProfilePlan
        {
            Freeze = freeze,
            RolloutStep = spec.Suspend || back is not null || freeze is { IsRolledBack: true } ? RolloutStep.None : freeze is null ? Canary.StepOf(spec, seen, running, rollout, isLast: next is null) : (choice, freeze.IsHeld || rollout.IsRolled) switch
            {
                (NetworkProfileNames.Actions.Retry, _) => RolloutStep.Retry,
                (NetworkProfileNames.Actions.Continue, _) => RolloutStep.Continue,
                (_, false) => RolloutStep.Hold,
                _ => RolloutStep.None,
            },
            FreezeReason = freeze is null || running is null ? null : FreezeRule.Failure(profile, spec, seen, running, rollout, mark is not null && next is not null, limits),
            BatchSize = Canary.BatchOf(spec, rollout),
            Running = running,
            EndsHop = hop.IsLeftOver && !spec.Suspend,
            Choice = choice,
            Blockers = blockers,
            Warnings = [.. desired.Warnings, .. preflight.Warnings],
            Desired = target,
            Release = decision,
            Path = path,
            Next = next,
            Waiting = waiting,
            Rollout = rollout,
            IsSettled = mark is null || (rollout.IsRolled && rollout.IsReady),
            Wanted = wanted,
            Step = step,
            Nodes = preflight.Inspections.AddTo(nodes, isBlocked: blockers.Exists(b => b.Condition == PreflightPassed.Type)),
            Migration = migration,
            MayAct = mayAct,
            Approval = approval,
            Digest = digest ?? mark?.Plan,
            Disruption = disruption,
            RetryAt = backingOff ? retryAt : null,
            LookAgainAfter = LookAgain(blockers, nodes, decision, seen, backingOff ? retryAt : null, waiting),
        };
    }

    private static ReleaseStage RollbackOf(DesiredReview desired, HelmRelease back) => new()
    {
        Name = "Rollback",
        Because = $"the roll failed, and revision {back.Revision} is the one before it",
        Release = desired.Release(back.ChartVersion, back.Values),
        Disruption = Disruption.AgentRestart,
    };

    private static DesiredReview Desire(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen)
    {
        var desired = DesiredReleaseBuilder.Build(profile, spec, seen);
        return seen.ProfileInForce is not { } older
            ? desired
            : desired with
            {
                Target = null,
                Warnings = [],
                Blockers =
                [
                    Blocker.NotAccepted(Accepted.NotTheOldest,
                        $"NetworkProfile {older} is older and in force; a cluster has one network, so this one is ignored: change {older} instead, or delete it and this one takes over"),
                ],
            };
    }

    /// <summary>What agents run: a failed or pending revision counts for nothing while an older one is deployed.</summary>
    private static HelmRelease? RunningRelease(NetworkProfileObservation seen) =>
        seen.LatestRelease?.Status == HelmReleaseStatus.Uninstalled ? null : seen.DeployedRelease ?? seen.History.LastOrDefault(r => r.Status == HelmReleaseStatus.Superseded);

    private static ReleasePath PathOf(DesiredReview desired, HelmDecision? decision, HelmRelease? running) => decision?.State switch
    {
        null or HelmState.InSync => ReleasePath.Empty,
        HelmState.Absent => ReleasePathBuilder.Build(desired, null, $"there is no Helm release {desired.Target!.Release}"),
        HelmState.Unmanaged => ReleasePathBuilder.Build(desired, running, $"{decision.Because} and is to be taken over{Keys(decision, desired.Target!)}"),
        HelmState.OutOfSync => ReleasePathBuilder.Build(desired, running, decision.Because + Keys(decision, desired.Target!)),
        _ => ReleasePathBuilder.Build(desired, running, decision.Because),
    };

    private static IEnumerable<Blocker> ReleaseBlockers(EffectiveSpec spec, HelmDecision? decision, NetworkProfileObservation seen)
    {
        if (seen.ProfileInForce is not null)
        {
            yield break;
        }

        var release = $"{spec.Cilium.Namespace}/{spec.Cilium.ReleaseName}";
        if (!seen.NamespaceExists)
        {
            yield return Blocker.Release(HelmReleased.NamespaceMissing,
                $"spec.cilium.namespace: namespace {spec.Cilium.Namespace} does not exist or is being deleted: create it (kubectl create namespace {spec.Cilium.Namespace})");
        }

        if (seen.ForeignOwner is { } owner)
        {
            yield return Blocker.Release(HelmReleased.OwnedByOther, $"Helm release {release}: {owner}; two owners would undo each other's changes, so the release is left untouched");
        }

        if (seen.Holder is PendingHolder.Foreign)
        {
            yield return Blocker.Release(HelmReleased.Locked,
                $"revision {seen.LatestRelease!.Revision} of Helm release {release} is pending and was not made by this operator, so nobody can tell whether that helm is still at work: "
                + $"wait for it, or, once it is certainly dead, delete Secret sh.helm.release.v1.{spec.Cilium.ReleaseName}.v{seen.LatestRelease.Revision} in namespace {spec.Cilium.Namespace}");
        }
        else if (seen.Holder is PendingHolder.MaybeAlive)
        {
            yield return Blocker.Release(HelmReleased.Locked,
                $"revision {seen.LatestRelease!.Revision} of Helm release {release} is pending and its helm process may still be at work; taken over as soon as that process is known to be gone, {PendingHolderProof.ProcessLimit.TotalMinutes:0} minutes after its start at the latest",
                needsPerson: false);
        }
    }

    private static HelmStep WantedStep(ReleasePath path, HelmDecision? decision, NetworkProfileObservation seen) => (decision?.State, path.Next) switch
    {
        (HelmState.Locked, _) => seen.Holder == PendingHolder.Dead ? new HelmStep(HelmAction.Unlock, $"{decision!.Because}, whose helm process is gone") : HelmStep.None,
        (HelmState.Absent, { } next) => new HelmStep(HelmAction.Install, next.Because),
        (HelmState.Unmanaged, { } next) when path.Stages.Count > 1 => new HelmStep(HelmAction.Upgrade, $"{decision!.Because} and is to be taken over: {Of(next, path)}"),
        (_, { } next) => new HelmStep(HelmAction.Upgrade, Of(next, path)),
        _ => HelmStep.None,
    };

    private static string Of(ReleaseStage next, ReleasePath path) =>
        path.Stages.Count == 1 ? next.Because : $"{next.Name} ({next.Because}), then {string.Join(", ", path.Stages.Skip(1).Select(s => s.Name))}";

    private static string Keys(HelmDecision decision, DesiredRelease desired)
    {
        var keys = decision.Latest is null ? [] : ValuesDifference.Keys(decision.Latest.Values, desired.Values);
        return keys.Count == 0 ? "" : $": {string.Join(", ", keys.Take(5))}{(keys.Count > 5 ? $" and {keys.Count - 5} more" : "")}";
    }

    private static PlanApproval ApprovalOf(
        V1Alpha1NetworkProfile profile, EffectiveSpec spec, HelmDecision? decision, string? digest, Disruption disruption, bool goesBack)
    {
        if (decision is null)
        {
            return PlanApproval.NoPlan;
        }

        if (digest is null)
        {
            return PlanApproval.NothingToDo;
        }

        var needed = decision.State == HelmState.Unmanaged || goesBack || spec.Approval switch
        {
            ApprovalPolicy.Always => true,
            ApprovalPolicy.Disruptive => disruption >= Disruption.PodRestart,
            _ => false,
        };
        return (needed, profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ApprovedPlanAnnotation)) switch
        {
            (false, _) => PlanApproval.NotNeeded,
            (true, var approved) when approved == digest => PlanApproval.Approved,
            (true, null or "") => PlanApproval.Awaiting,
            _ => PlanApproval.Outdated,
        };
    }

    private static TimeSpan LookAgain(List<Blocker> blockers, NodesPlan nodes, HelmDecision? decision, NetworkProfileObservation seen, DateTimeOffset? retryAt, Waiting? waiting)
    {
        if (decision?.State == HelmState.Locked)
        {
            return s_lockedInterval;
        }

        if (retryAt is { } at)
        {
            return at - seen.ObservedAt;
        }

        return waiting?.LookAgainAfter ?? (blockers.Count > 0 || waiting is not null || nodes.Stage is NodesStage.Working or NodesStage.Inspecting ? BlockedInterval : SteadyInterval);
    }
}
