using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Restore;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Telemetry;

namespace NetProfile.NetworkProfiles;

/// <summary>gather → plan → report what begins → act → gather again → report what is. Every reconcile of a profile reads like this.</summary>
internal sealed class NetworkProfileController(
    NetworkProfileGatherer gatherer,
    NodesExecutor nodes,
    MigrationExecutor migration,
    DaemonSetParking parking,
    UnmanagedPods unmanagedPods,
    NodeByNodeExecutor nodeByNode,
    NetworkProfileExecutor executor,
    RestoreReconciler restore,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events,
    RolloutHold hold,
    HopExecutor hops,
    RolloutLimits limits,
    NetworkProfileMetrics metrics) : IEntityController<V1Alpha1NetworkProfile>
{
    /// <summary>What is under way may end by the clock alone, as patience does.</summary>
    private static readonly TimeSpan s_settlingInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_kubeProxyInterval = TimeSpan.FromSeconds(2);

    /// <summary>After a step of a migration its effect is looked for.</summary>
    private static readonly TimeSpan s_migrationInterval = TimeSpan.FromSeconds(2);

    public async Task<ReconciliationResult> ReconcileAsync(V1Alpha1NetworkProfile entity, CancellationToken cancellationToken)
    {
        var seen = await gatherer.GatherAsync(entity, cancellationToken);
        if (await restore.ReconcileAsync(entity, seen, cancellationToken) is { } goingBack)
        {
            return goingBack;
        }

        var spec = NetworkProfileDefaults.Resolve(entity.Spec);
        if (KubeProxyPlanner.Before(spec, seen) == KubeProxyAction.Unpark)
        {
            await parking.UnparkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
            return ReconciliationResult.Requeue(s_kubeProxyInterval);
        }

        var plan = NetworkProfilePlanner.Plan(entity, seen, limits);
        var before = entity.Status;
        var lastAttempt = entity.Status?.Cilium?.LastAttempt;
        if (seen.ProfileInForce is null && await nodes.ExecuteAsync(entity, plan.Nodes, seen, cancellationToken))
        {
            events.NodesTold(entity, plan.Nodes);
        }

        if (plan.MayAct && plan.Migration.Before != MigrationAction.None)
        {
            (seen, plan) = await MigrateAsync(entity, plan.Migration.Before, plan, seen, cancellationToken);
        }

        if (plan.RolloutStep != RolloutStep.None)
        {
            await hold.ExecuteAsync(plan, seen, plan.Running!, cancellationToken);
            entity = Acknowledged(entity, plan);
            seen = await gatherer.GatherAsync(entity, cancellationToken);
            plan = NetworkProfilePlanner.Plan(entity, seen, limits);
        }

        if (plan.Step.Action != HelmAction.None)
        {
            entity = await status.WriteAsync(entity, NetworkProfileReporter.Report(entity, seen, plan, lastAttempt, acting: true), cancellationToken);
            events.Acting(entity, plan);
            var outcome = await executor.ExecuteAsync(entity, plan, seen, cancellationToken);
            events.Acted(entity, plan, outcome);
            lastAttempt = RetryPolicy.Next(lastAttempt, plan.Next?.Release, outcome, seen.ObservedAt);
            entity = entity with { Status = (entity.Status ?? new()) with { Cilium = (entity.Status?.Cilium ?? new()) with { LastAttempt = lastAttempt } } };
            entity = outcome.Succeeded ? Acknowledged(entity, plan) : entity;
            seen = await gatherer.GatherAsync(entity, cancellationToken);
            plan = NetworkProfilePlanner.Plan(entity, seen, limits);
        }
        else if (plan is { Choice: not null, Freeze: null })
        {
            entity = Acknowledged(entity, plan);
        }

        var report = NetworkProfileReporter.Report(entity, seen, plan, lastAttempt, acting: false);
        events.Reported(entity, before, report);
        report = await unmanagedPods.ExecuteAsync(entity, seen, plan, report, cancellationToken);
        var nodesMove = await nodeByNode.ExecuteAsync(entity, seen, plan, report, cancellationToken);
        metrics.Observed(entity, seen, plan);
        await status.WriteAsync(entity, report, cancellationToken);
        if (plan.EndsHop)
        {
            await hops.EndAsync(seen, spec.Cilium.Namespace, cancellationToken);
        }

        if (KubeProxyPlanner.After(entity, spec, seen, report, plan.Migration) == KubeProxyAction.Park)
        {
            await parking.ParkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
        }

        if (MigrationFollowUp.Action(spec, plan, seen, report) is not MigrationAction.None and var next)
        {
            await MigrateAsync(entity, next, plan, seen, cancellationToken);
            return ReconciliationResult.Requeue(s_migrationInterval);
        }

        TimeSpan? settling = report.Conditions!.Any(c => c.Type == NetworkProfileConditions.Reconciling.Type) ? s_settlingInterval : null;
        return ReconciliationResult.Requeue(plan.Step.Action == HelmAction.None ? Sooner(plan.LookAgainAfter, seen.Agents.LookAgainAfter, seen.PodCensus?.LookAgainAfter, settling, nodesMove ? s_migrationInterval : null) : TimeSpan.Zero);
    }

    private async Task<(NetworkProfileObservation Seen, NetworkProfilePlan Plan)> MigrateAsync(
        V1Alpha1NetworkProfile entity, MigrationAction action, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var problem = await migration.ExecuteAsync(entity, action, plan, seen, cancellationToken);
        events.Migrated(entity, action, problem);
        seen = await gatherer.GatherAsync(entity, cancellationToken);
        plan = NetworkProfilePlanner.Plan(entity, seen, limits);
        return (seen, problem is null ? plan : plan with { Step = HelmStep.None, Blockers = [.. plan.Blockers, Blocker.Preflight(NetworkProfileConditions.PreflightPassed.Blocked, problem)] });
    }

    private static V1Alpha1NetworkProfile Acknowledged(V1Alpha1NetworkProfile entity, NetworkProfilePlan plan) => plan.Choice is null
        ? entity
        : entity with
        {
            Status = (entity.Status ?? new()) with
            {
                LastHandledAction = PersonsChoice.Acknowledge(entity, plan.Freeze is null ? plan.Migration.Nodes is { Failed.Count: > 0 } ? "done: nodes that failed are tried again" : "nothing was frozen, so nothing was done" : $"done: {plan.Choice} of revision {plan.Running?.Revision}"),
            },
        };

    private static TimeSpan Sooner(TimeSpan after, params ReadOnlySpan<TimeSpan?> others)
    {
        foreach (var other in others)
        {
            after = other < after ? other.Value : after;
        }

        return after;
    }
}
