using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Migration.NodeStates;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Telemetry;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// What goes by the report, because it may only happen when the network was measured and found well: pods are moved, nodes are
/// migrated one after the other and told where they stand, what an ended hop left is removed, kube-proxy and the old network are parked.
/// </summary>
internal sealed class NetworkProfileFollowUp(
    UnmanagedPods unmanagedPods,
    NodeByNodeExecutor nodeByNode,
    NodeStateWriter nodeStates,
    NetworkProfileActing acting,
    DaemonSetParking parking,
    HopExecutor hops,
    NetworkProfileStatusWriter status,
    NetworkProfileMetrics metrics)
{
    /// <summary>What is under way may end by the clock alone, as patience does.</summary>
    private static readonly TimeSpan s_settlingInterval = TimeSpan.FromSeconds(30);

    /// <summary>After a step of a migration its effect is looked for.</summary>
    private static readonly TimeSpan s_migrationInterval = TimeSpan.FromSeconds(2);

    /// <returns>When to look again.</returns>
    public async Task<TimeSpan> ExecuteAsync(NetworkProfilePass pass, NetworkProfileStatus report, CancellationToken cancellationToken)
    {
        var (profile, seen, plan) = pass;
        report = await unmanagedPods.ExecuteAsync(profile, seen, plan, report, cancellationToken);
        var nodesMove = await nodeByNode.ExecuteAsync(profile, seen, plan, report, cancellationToken);
        await nodeStates.WriteAsync(NodeStatePlan.Of(pass.Spec, seen, plan), cancellationToken);
        metrics.Observed(profile, seen, plan);
        await status.WriteAsync(profile, report, cancellationToken);
        if (plan.EndsHop)
        {
            await hops.EndAsync(seen, pass.Spec.Cilium.Namespace, cancellationToken);
        }

        if (KubeProxyPlanner.After(profile, pass.Spec, seen, report, plan.Migration) == KubeProxyAction.Park)
        {
            await parking.ParkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
        }

        if (MigrationFollowUp.Action(pass.Spec, plan, seen, report) is not MigrationAction.None and var next)
        {
            await acting.MigrateAsync(pass, next, cancellationToken);
            return s_migrationInterval;
        }

        if (plan.Step.Action != HelmAction.None)
        {
            return TimeSpan.Zero;
        }

        TimeSpan? settling = report.Conditions!.Any(c => c.Type == NetworkProfileConditions.Reconciling.Type) ? s_settlingInterval : null;
        return Soonest(plan.LookAgainAfter, seen.Agents.LookAgainAfter, seen.PodCensus?.LookAgainAfter, settling, nodesMove ? s_migrationInterval : null);
    }

    private static TimeSpan Soonest(TimeSpan after, params ReadOnlySpan<TimeSpan?> others)
    {
        foreach (var other in others)
        {
            after = other < after ? other.Value : after;
        }

        return after;
    }
}
