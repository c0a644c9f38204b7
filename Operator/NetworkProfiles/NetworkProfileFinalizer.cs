using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// What deleting a profile does. Retain, and every profile that is not in force: nothing. Uninstall: the Helm release goes, and
/// with it the cluster's network; the profile stays until it has, and its conditions say what that waits for.
/// </summary>
internal sealed class NetworkProfileFinalizer(
    NetworkProfileGatherer gatherer,
    IHelmClient helm,
    KubeProxyParking kubeProxy,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events) : IEntityFinalizer<V1Alpha1NetworkProfile>
{
    private static readonly TimeSpan s_kubeProxyInterval = TimeSpan.FromSeconds(5);

    public async Task<ReconciliationResult> FinalizeAsync(V1Alpha1NetworkProfile entity, CancellationToken cancellationToken)
    {
        var spec = NetworkProfileDefaults.Resolve(entity.Spec);
        if (spec.DeletionPolicy == DeletionPolicy.Retain)
        {
            status.Forget(entity);
            return ReconciliationResult.Done;
        }

        var seen = await gatherer.GatherAsync(entity, cancellationToken);
        var step = UninstallPlanner.Plan(entity, seen);
        if (step.Done)
        {
            status.Forget(entity);
            return ReconciliationResult.Done;
        }

        entity = await status.WriteAsync(entity, UninstallReport.Of(entity, seen, step), cancellationToken);
        if (step.Release is not { } release)
        {
            return ReconciliationResult.Requeue(step.LookAgainAfter);
        }

        if (KubeProxyDaemonSet.Find(seen) is { } daemonSet && KubeProxyDaemonSet.IsParked(daemonSet))
        {
            // Services would stop with the agents. Its pods need no pod network, so they start beside them.
            await kubeProxy.UnparkAsync(daemonSet, cancellationToken);
            return ReconciliationResult.Requeue(s_kubeProxyInterval);
        }

        var outcome = await helm.UninstallAsync(release, HelmTimeouts.Operation, cancellationToken);
        events.Uninstalled(entity, outcome);
        if (!outcome.Succeeded && outcome.Failure != HelmFailure.ReleaseNotFound)
        {
            await status.WriteAsync(entity, UninstallReport.Failed(entity, seen, outcome), cancellationToken);
            return ReconciliationResult.Requeue(NetworkProfilePlanner.BlockedInterval);
        }

        return ReconciliationResult.Requeue(TimeSpan.Zero);
    }
}
