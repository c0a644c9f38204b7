using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.Restore;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles;

/// <summary>gather → plan → act → report → follow up. Every reconcile of a profile reads like this.</summary>
internal sealed class NetworkProfileController(
    NetworkProfileGatherer gatherer,
    RestoreReconciler restore,
    NetworkProfileActing acting,
    NetworkProfileFollowUp followUp,
    NetworkProfileEvents events,
    RolloutLimits limits) : IEntityController<V1Alpha1NetworkProfile>
{
    private static readonly TimeSpan s_kubeProxyInterval = TimeSpan.FromSeconds(2);

    public async Task<ReconciliationResult> ReconcileAsync(V1Alpha1NetworkProfile entity, CancellationToken cancellationToken)
    {
        var seen = await gatherer.GatherAsync(entity, cancellationToken);
        if (await restore.ReconcileAsync(entity, seen, cancellationToken) is { } goingBack)
        {
            return goingBack;
        }

        if (await acting.UnparkKubeProxyAsync(NetworkProfileDefaults.Resolve(entity.Spec), seen, cancellationToken))
        {
            return ReconciliationResult.Requeue(s_kubeProxyInterval);
        }

        var pass = new NetworkProfilePass(entity, seen, NetworkProfilePlanner.Plan(entity, seen, limits));
        pass = await acting.ExecuteAsync(pass, cancellationToken);

        var report = NetworkProfileReporter.Report(pass.Profile, pass.Seen, pass.Plan, pass.LastAttempt, acting: false);
        events.Reported(pass.Profile, entity.Status, report);
        return ReconciliationResult.Requeue(await followUp.ExecuteAsync(pass, report, cancellationToken));
    }
}
