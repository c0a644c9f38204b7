using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Controllers;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>The way back: read → plan → tell the nodes → report → act. One step for each reconcile; what is next is seen by the next one.</summary>
internal sealed class RestoreReconciler(
    IKubernetesClient client,
    IHelmClient helm,
    RestoreGatherer gatherer,
    ManifestApplier manifests,
    ManifestBackup backup,
    CiliumObjects objects,
    NodesExecutor nodes,
    NodeByNodeExecutor nodeByNode,
    PodMover pods,
    NetworkProfileStatusWriter status,
    NetworkProfileEvents events,
    ILogger<RestoreReconciler> log)
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(2);

    /// <returns>null: the way back is not in charge.</returns>
    public async Task<ReconciliationResult?> ReconcileAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        if (!RestoreChoice.InCharge(profile, seen))
        {
            return null;
        }

        var plan = RestorePlanner.Plan(profile, seen, await gatherer.GatherAsync(profile, seen, cancellationToken));
        switch (plan.Action)
        {
            case RestoreAction.Refuse:
                return await AcknowledgeAsync(profile, seen, $"refused: {plan.Message}", cancellationToken);
            case RestoreAction.Release:
                await backup.SetAsync(seen.Migration!, new Dictionary<string, string?> { [RestoreChoice.HeldGeneration] = null }, cancellationToken);
                return null;
        }

        if (plan.Nodes is { } work)
        {
            await nodes.ExecuteAsync(profile, work, seen, cancellationToken);
        }

        if (!plan.AwaitsApproval && RestoreChoice.IsAsked(profile) && seen.Migration!.Direction == MigrationDirection.Back)
        {
            profile = Acknowledged(profile, "the old network is coming back; status.plan says how far it is");
        }

        var before = profile.Status;
        var report = RestoreReport.Of(profile, seen, plan);
        events.Reported(profile, before, report);
        profile = await status.WriteAsync(profile, report, cancellationToken);
        if (plan.Action is RestoreAction.Wait or RestoreAction.Hold)
        {
            // Nodes that were down then are back now.
            await CiliumTaint.RemoveAsync(client, plan.Action == RestoreAction.Hold ? seen.Nodes : [], cancellationToken);
            return ReconciliationResult.Requeue(plan.Action == RestoreAction.Hold ? NetworkProfilePlanner.SteadyInterval : plan.AwaitsApproval ? NetworkProfilePlanner.BlockedInterval : s_pace);
        }

        log.Restoring(profile.Metadata.Name, plan.Action, plan.Message);
        if (await ActAsync(profile, seen, plan, cancellationToken) is { } failure)
        {
            await status.WriteAsync(profile, RestoreReport.Of(profile, seen, plan, failure), cancellationToken);
            return ReconciliationResult.Requeue(NetworkProfilePlanner.BlockedInterval);
        }

        return ReconciliationResult.Requeue(plan.Action is RestoreAction.MovePods or RestoreAction.BringBack or RestoreAction.RemoveDefinitions ? s_pace : TimeSpan.Zero);
    }

    /// <returns>What failed and is tried again; null when nothing did.</returns>
    private async Task<string?> ActAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RestorePlan plan, CancellationToken cancellationToken)
    {
        var record = seen.Migration!;
        switch (plan.Action)
        {
            case RestoreAction.TurnRound:
                await backup.SetAsync(record, new Dictionary<string, string?>
                {
                    [MigrationAnnotations.Direction] = nameof(MigrationDirection.Back),
                    [MigrationAnnotations.RestoreStartedAt] = MigrationAnnotations.Of(seen.ObservedAt),
                    [MigrationAnnotations.FinishedAt] = null,
                    // What was approved was the way to Cilium, once.
                    [MigrationMark.PlanAnnotation] = null,
                }, cancellationToken);
                return null;
            case RestoreAction.BringBack:
                return await manifests.BringBackAsync(record, await gatherer.GatherAsync(profile, seen, cancellationToken), cancellationToken);
            case RestoreAction.Unlock:
                await helm.UnlockAsync(seen.LatestRelease!.Release, seen.LatestRelease.Revision, cancellationToken);
                return null;
            case RestoreAction.Uninstall:
                await nodeByNode.TidyAsync(profile, seen, cancellationToken);
                var outcome = await helm.UninstallAsync(seen.LatestRelease!.Release, HelmTimeouts.Operation, cancellationToken);
                events.Uninstalled(profile, outcome);
                return outcome.Succeeded || outcome.Failure == HelmFailure.ReleaseNotFound ? null : outcome.Message;
            case RestoreAction.OpenNodes:
                await CiliumTaint.RemoveAsync(client, seen.Nodes, cancellationToken);
                await OperatorCordon.RemoveAsync(client, seen.Nodes, cancellationToken);
                return null;
            case RestoreAction.MovePods:
                var refused = await pods.MoveAsync(plan.Moves!.Now, plan.Moves.Options.Mode, cancellationToken);
                await status.WriteAsync(profile, profile.Status! with { Pods = UnmanagedPods.StatusOf(plan.Moves, refused) }, cancellationToken);
                return null;
            case RestoreAction.RemoveDefinitions:
                await objects.DeleteAsync(plan.Definitions.Going, cancellationToken);
                return null;
            case RestoreAction.Finish:
                await backup.SetAsync(record, new Dictionary<string, string?>
                {
                    [MigrationAnnotations.RestoredAt] = MigrationAnnotations.Of(seen.ObservedAt),
                    [RestoreChoice.HeldGeneration] = RestoreChoice.GenerationOf(profile),
                    [MigrationAnnotations.DefinitionsLeft] = string.Join(',', plan.Definitions.Left) is { Length: > 0 } left ? left : null,
                }, cancellationToken);
                return null;
            default:
                throw new InvalidOperationException($"{plan.Action} is no act");
        }
    }

    /// <summary>The answer stands in the status; nothing else of it changes.</summary>
    private async Task<ReconciliationResult> AcknowledgeAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, string outcome, CancellationToken cancellationToken)
    {
        log.Restoring(profile.Metadata.Name, RestoreAction.Refuse, outcome);
        await status.WriteAsync(profile, (Acknowledged(profile, outcome).Status ?? new()) with { ObservedGeneration = profile.Status?.ObservedGeneration }, cancellationToken);
        return ReconciliationResult.Requeue(TimeSpan.Zero);
    }

    private static V1Alpha1NetworkProfile Acknowledged(V1Alpha1NetworkProfile profile, string outcome) =>
        profile with { Status = (profile.Status ?? new()) with { LastHandledAction = PersonsChoice.Acknowledge(profile, outcome) } };
}
