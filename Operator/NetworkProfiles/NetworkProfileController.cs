using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles;

/// <summary>gather → plan → report what begins → act → gather again → report what is. Every reconcile of a profile reads like this.</summary>
internal sealed class NetworkProfileController(
    NetworkProfileGatherer gatherer,
    NodesExecutor nodes,
    KubeProxyParking kubeProxy,
    NetworkProfileExecutor executor,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events,
    RolloutHold hold,
    RolloutLimits limits) : IEntityController<V1Alpha1NetworkProfile>
{
    /// <summary>What is under way may end by the clock alone, as patience does.</summary>
    private static readonly TimeSpan s_settlingInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_kubeProxyInterval = TimeSpan.FromSeconds(2);

    public async Task<ReconciliationResult> ReconcileAsync(V1Alpha1NetworkProfile entity, CancellationToken cancellationToken)
    {
        var seen = await gatherer.GatherAsync(entity, cancellationToken);
        var spec = NetworkProfileDefaults.Resolve(entity.Spec);
        if (KubeProxyPlanner.Before(spec, seen) == KubeProxyAction.Unpark)
        {
            await kubeProxy.UnparkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
            return ReconciliationResult.Requeue(s_kubeProxyInterval);
        }

        var plan = NetworkProfilePlanner.Plan(entity, seen, limits);
        var before = entity.Status;
        var lastAttempt = entity.Status?.Cilium?.LastAttempt;
        if (seen.ProfileInForce is null && await nodes.ExecuteAsync(entity, plan.Nodes, seen, cancellationToken))
        {
            events.NodesTold(entity, plan.Nodes);
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
        await status.WriteAsync(entity, report, cancellationToken);
        if (KubeProxyPlanner.After(entity, spec, seen, report) == KubeProxyAction.Park)
        {
            await kubeProxy.ParkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
        }

        TimeSpan? settling = report.Conditions!.Any(c => c.Type == NetworkProfileConditions.Reconciling.Type) ? s_settlingInterval : null;
        return ReconciliationResult.Requeue(plan.Step.Action == HelmAction.None ? Sooner(plan.LookAgainAfter, seen.Agents.LookAgainAfter, seen.PodCensus?.LookAgainAfter, settling) : TimeSpan.Zero);
    }

    private static V1Alpha1NetworkProfile Acknowledged(V1Alpha1NetworkProfile entity, NetworkProfilePlan plan) => plan.Choice is null
        ? entity
        : entity with
        {
            Status = (entity.Status ?? new()) with
            {
                LastHandledAction = PersonsChoice.Acknowledge(entity, plan.Freeze is null ? "nothing was frozen, so nothing was done" : $"done: {plan.Choice} of revision {plan.Running?.Revision}"),
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
