using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// What a plan asks for before there is a report, in this order: the nodes are told, the old network is seen to, a rollout is held
/// or let go, helm runs. Each step that changes the cluster is followed by another look, so that the next one goes by what is there.
/// </summary>
internal sealed class NetworkProfileActing(
    NetworkProfileGatherer gatherer,
    NodesExecutor nodes,
    MigrationExecutor migration,
    DaemonSetParking parking,
    RolloutHold hold,
    NetworkProfileExecutor executor,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events,
    RolloutLimits limits)
{
    /// <summary>kube-proxy comes back before anything else happens, so that Services are never without it.</summary>
    /// <returns>Whether it was told to; what was seen is out of date then.</returns>
    public async Task<bool> UnparkKubeProxyAsync(EffectiveSpec spec, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        if (KubeProxyPlanner.Before(spec, seen) != KubeProxyAction.Unpark)
        {
            return false;
        }

        await parking.UnparkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
        return true;
    }

    public async Task<NetworkProfilePass> ExecuteAsync(NetworkProfilePass pass, CancellationToken cancellationToken)
    {
        if (pass.Seen.ProfileInForce is null && await nodes.ExecuteAsync(pass.Profile, pass.Plan.Nodes, pass.Seen, cancellationToken))
        {
            events.NodesTold(pass.Profile, pass.Plan.Nodes);
        }

        if (pass.Plan.MayAct && pass.Plan.Migration.Before != MigrationAction.None)
        {
            pass = await MigrateAsync(pass, pass.Plan.Migration.Before, cancellationToken);
        }

        if (pass.Plan.RolloutStep != RolloutStep.None)
        {
            await hold.ExecuteAsync(pass.Plan, pass.Seen, pass.Plan.Running!, cancellationToken);
            pass = await AgainAsync(Acknowledged(pass), cancellationToken);
        }

        return pass.Plan switch
        {
            { Step.Action: not HelmAction.None } => await RunHelmAsync(pass, cancellationToken),
            { Choice: not null, Freeze: null } => Acknowledged(pass),
            _ => pass,
        };
    }

    /// <summary>One step of a migration; what stands in its way blocks the plan until the next reconcile.</summary>
    public async Task<NetworkProfilePass> MigrateAsync(NetworkProfilePass pass, MigrationAction action, CancellationToken cancellationToken)
    {
        var problem = await migration.ExecuteAsync(pass.Profile, action, pass.Plan, pass.Seen, cancellationToken);
        events.Migrated(pass.Profile, action, problem);
        pass = await AgainAsync(pass, cancellationToken);
        return problem is null ? pass : pass with
        {
            Plan = pass.Plan with { Step = HelmStep.None, Blockers = [.. pass.Plan.Blockers, Blocker.Preflight(NetworkProfileConditions.PreflightPassed.Blocked, problem)] },
        };
    }

    private async Task<NetworkProfilePass> RunHelmAsync(NetworkProfilePass pass, CancellationToken cancellationToken)
    {
        var (_, seen, plan) = pass;
        var attempt = pass.LastAttempt;
        var profile = await status.WriteAsync(pass.Profile, NetworkProfileReporter.Report(pass.Profile, seen, plan, attempt, acting: true), cancellationToken);
        events.Acting(profile, plan);
        var outcome = await executor.ExecuteAsync(profile, plan, seen, cancellationToken);
        events.Acted(profile, plan, outcome);
        var present = profile.Status ?? new();
        attempt = RetryPolicy.Next(attempt, plan.Next?.Release, outcome, seen.ObservedAt);
        pass = pass with { Profile = profile with { Status = present with { Cilium = (present.Cilium ?? new()) with { LastAttempt = attempt } } } };
        return await AgainAsync(outcome.Succeeded ? Acknowledged(pass) : pass, cancellationToken);
    }

    private async Task<NetworkProfilePass> AgainAsync(NetworkProfilePass pass, CancellationToken cancellationToken)
    {
        var seen = await gatherer.GatherAsync(pass.Profile, cancellationToken);
        return pass with { Seen = seen, Plan = NetworkProfilePlanner.Plan(pass.Profile, seen, limits) };
    }

    /// <summary>A person's choice was carried out, or there was nothing to choose.</summary>
    private static NetworkProfilePass Acknowledged(NetworkProfilePass pass)
    {
        if (pass.Plan.Choice is null)
        {
            return pass;
        }

        var what = (pass.Plan.Freeze, pass.Plan.Migration.Nodes) switch
        {
            (null, { Failed.Count: > 0 }) => "done: nodes that failed are tried again",
            (null, _) => "nothing was frozen, so nothing was done",
            _ => $"done: {pass.Plan.Choice} of revision {pass.Plan.Running?.Revision}",
        };
        return pass with { Profile = pass.Profile with { Status = (pass.Profile.Status ?? new()) with { LastHandledAction = PersonsChoice.Acknowledge(pass.Profile, what) } } };
    }
}
