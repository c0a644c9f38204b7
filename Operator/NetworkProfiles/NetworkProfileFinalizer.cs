using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// What deleting a profile does. Retain, and every profile that is not in force: nothing. Uninstall: the Helm release goes, and
/// with it the cluster's network, then what it leaves on the nodes; Purge takes the definitions and their objects, too. The profile
/// stays until that is done, and its conditions say what it waits for.
/// </summary>
internal sealed class NetworkProfileFinalizer(
    NetworkProfileGatherer gatherer,
    IKubernetesClient client,
    IHelmClient helm,
    DaemonSetParking parking,
    CiliumObjects objects,
    NodesExecutor nodes,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events) : IEntityFinalizer<V1Alpha1NetworkProfile>
{
    private static readonly TimeSpan s_kubeProxyInterval = TimeSpan.FromSeconds(5);

    public async Task<ReconciliationResult> FinalizeAsync(V1Alpha1NetworkProfile entity, CancellationToken cancellationToken)
    {
        if (NetworkProfileDefaults.Resolve(entity.Spec).DeletionPolicy == DeletionPolicy.Retain)
        {
            status.Forget(entity);
            return ReconciliationResult.Done;
        }

        var seen = await gatherer.GatherAsync(entity, cancellationToken);
        var counts = await objects.CountAsync(cancellationToken);
        var plan = UninstallPlanner.Plan(entity, seen, counts);
        if (plan.Action != UninstallAction.Done)
        {
            if (plan.Nodes is { } work)
            {
                await nodes.ExecuteAsync(entity, work, seen, cancellationToken);
            }

            entity = await status.WriteAsync(entity, UninstallReport.Of(entity, seen, plan), cancellationToken);
        }

        switch (plan.Action)
        {
            case UninstallAction.Done or UninstallAction.TidyUp:
                status.Forget(entity);
                return ReconciliationResult.Done;
            case UninstallAction.Wait:
                return ReconciliationResult.Requeue(plan.LookAgainAfter);
            case UninstallAction.UnparkKubeProxy:
                // Its pods need no pod network, so they start beside the agents.
                await parking.UnparkAsync(KubeProxyDaemonSet.Find(seen)!, cancellationToken);
                return ReconciliationResult.Requeue(s_kubeProxyInterval);
            case UninstallAction.Unlock:
                await helm.UnlockAsync(seen.LatestRelease!.Release, seen.LatestRelease.Revision, cancellationToken);
                return ReconciliationResult.Requeue(TimeSpan.Zero);
            case UninstallAction.RemoveTaints:
                await CiliumTaint.RemoveAsync(client, seen.Nodes, cancellationToken);
                return ReconciliationResult.Requeue(plan.LookAgainAfter);
            case UninstallAction.Purge:
                return await PurgeAsync(entity, seen, plan, counts, cancellationToken);
            default:
                return await UninstallAsync(entity, seen, plan, cancellationToken);
        }
    }

    private async Task<ReconciliationResult> UninstallAsync(V1Alpha1NetworkProfile entity, NetworkProfileObservation seen, UninstallPlan plan, CancellationToken cancellationToken)
    {
        var outcome = await helm.UninstallAsync(seen.LatestRelease!.Release, HelmTimeouts.Operation, cancellationToken);
        events.Uninstalled(entity, outcome);
        if (outcome.Succeeded || outcome.Failure == HelmFailure.ReleaseNotFound)
        {
            return ReconciliationResult.Requeue(TimeSpan.Zero);
        }

        await status.WriteAsync(entity, UninstallReport.Of(entity, seen, plan, outcome.Message, RetryPolicy.ReasonOf(outcome.Failure)), cancellationToken);
        return ReconciliationResult.Requeue(NetworkProfilePlanner.BlockedInterval);
    }

    private async Task<ReconciliationResult> PurgeAsync(
        V1Alpha1NetworkProfile entity, NetworkProfileObservation seen, UninstallPlan plan, IReadOnlyList<CiliumObjectCount> counts, CancellationToken cancellationToken)
    {
        try
        {
            await objects.DeleteAsync(counts, cancellationToken);
            return ReconciliationResult.Requeue(plan.LookAgainAfter);
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            var failure = $"the operator may not delete Cilium's definitions: set rbac.purge=true in its chart, or delete them yourself (kubectl delete crd {string.Join(' ', counts.Select(c => c.Definition))}), or set spec.deletionPolicy to Uninstall";
            await status.WriteAsync(entity, UninstallReport.Of(entity, seen, plan, failure), cancellationToken);
            return ReconciliationResult.Requeue(NetworkProfilePlanner.BlockedInterval);
        }
    }
}
