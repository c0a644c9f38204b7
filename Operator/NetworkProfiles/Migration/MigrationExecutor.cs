using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Migration.NodeByNode;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>Carries out a <see cref="MigrationAction"/>; every one may be done again.</summary>
internal sealed class MigrationExecutor(ManifestBackup backup, OldNetworkRemoval removal, DaemonSetParking parking, NodeByNodeExecutor nodes)
{
    /// <returns>Why it could not be done; null when it was.</returns>
    public Task<string?> ExecuteAsync(V1Alpha1NetworkProfile profile, MigrationAction action, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken) => action switch
    {
        MigrationAction.TakeBackup => TakeBackupAsync(profile, plan, seen, cancellationToken),
        MigrationAction.Park => ParkAsync(profile, plan.Migration, seen, cancellationToken),
        MigrationAction.Finish => FinishAsync(profile, seen, cancellationToken),
        _ => Task.FromResult<string?>(null),
    };

    /// <summary>The record keeps what was approved: a migration under way doesn't ask again because it has changed the cluster.</summary>
    private async Task<string?> TakeBackupAsync(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var taken = await backup.TakeAsync(profile, seen, plan.Migration.Strategy, cancellationToken);
        if (taken.Record is { } record && taken.Problem is null)
        {
            await backup.SetAsync(
                record,
                new Dictionary<string, string?>
                {
                    [MigrationMark.PlanAnnotation] = plan.Digest,
                    [MigrationMark.GenerationAnnotation] = (profile.Metadata.Generation ?? 0).ToString(CultureInfo.InvariantCulture),
                },
                cancellationToken);
        }

        return taken.Problem;
    }

    private async Task<string?> ParkAsync(V1Alpha1NetworkProfile profile, MigrationPlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        if (plan.Strategy == MigrationStrategy.Recreate && seen.Migration is { OutageStartedAt: null } record)
        {
            await backup.SetAsync(record, new Dictionary<string, string?> { [MigrationAnnotations.OutageStartedAt] = MigrationAnnotations.Of(seen.ObservedAt) }, cancellationToken);
        }

        if (plan.Strategy == MigrationStrategy.NodeByNode)
        {
            await nodes.OpenAsync(profile, cancellationToken);
        }

        foreach (var daemonSet in PreviousCniEvidence.Of(seen).Workloads.Where(d => !ParkedDaemonSet.IsParked(d)))
        {
            await parking.ParkAsync(daemonSet, cancellationToken);
        }

        return null;
    }

    private async Task<string?> FinishAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var record = seen.Migration!;
        if (record is { OutageStartedAt: not null, OutageEndedAt: null })
        {
            record = await backup.SetAsync(record, new Dictionary<string, string?> { [MigrationAnnotations.OutageEndedAt] = MigrationAnnotations.Of(seen.ObservedAt) }, cancellationToken);
        }

        if (record.Strategy == MigrationStrategy.NodeByNode)
        {
            await nodes.TidyAsync(profile, seen, cancellationToken);
        }

        var removed = await removal.DeleteOldNetworkAsync(record, cancellationToken);
        if (removed.Done)
        {
            await backup.SetAsync(record, new Dictionary<string, string?> { [MigrationAnnotations.FinishedAt] = MigrationAnnotations.Of(seen.ObservedAt) }, cancellationToken);
        }

        return removed.Failure;
    }
}
