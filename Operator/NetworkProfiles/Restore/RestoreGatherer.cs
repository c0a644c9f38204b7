using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>Reads what the way back needs beyond what every reconcile reads. Writes nothing.</summary>
internal sealed class RestoreGatherer(ManifestApplier manifests, PodCounter pods, CiliumObjects objects)
{
    /// <summary>A pod that has no address by then has other reasons.</summary>
    private static readonly TimeSpan s_youth = TimeSpan.FromMinutes(5);

    private const int MostNamed = 5;

    public async Task<RestoreObservation> GatherAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        if (seen.Migration is not { RestoredAt: null, HasManifests: true } record)
        {
            return new RestoreObservation { Missing = [], Parked = [], Pods = null };
        }

        if (record.Direction == MigrationDirection.Forward)
        {
            return new RestoreObservation { Missing = [], Parked = [], Pods = null, Losses = await LossesAsync(profile, seen, record, cancellationToken) };
        }

        var (missing, parked) = await manifests.CompareAsync(record, cancellationToken);
        if (seen.LatestRelease is { Status: not HelmReleaseStatus.Uninstalled })
        {
            return new RestoreObservation { Missing = missing, Parked = parked, Pods = null };
        }

        var all = CiliumLeftovers.AllAndBackups(record);
        var definitions = seen.NodeNetworks.Any(n => CiliumLeftovers.Has(n, all)) ? await DefinitionsAsync(record, await objects.CountAsync(cancellationToken), cancellationToken) : RestoredDefinitions.None;
        var census = await pods.CountOfCiliumAsync(seen.Nodes, profile.Status?.Effective, record.OldPodCidrs, CarriersOf(record), cancellationToken);
        return new RestoreObservation
        {
            Missing = missing,
            Parked = parked,
            Definitions = definitions,
            Pods = census.Census,
            CutOff = census.CutOff,
            WithoutAddress = [.. census.WithoutAddress.Where(p => seen.ObservedAt - p.Created < s_youth).Select(p => p.FullName)],
        };
    }

    /// <summary>Recreate alone takes the old network from living pods.</summary>
    private static IReadOnlyCollection<PodOwner> CarriersOf(MigrationRecord record) => record is { Strategy: MigrationStrategy.Recreate, OutageStartedAt: not null }
        ? [.. record.OldNetwork.Where(o => o.Kind == PodOwner.DaemonSet).Select(o => new PodOwner(PodOwner.DaemonSet, o.Namespace ?? "", o.Name))]
        : [];

    /// <summary>What nothing brings back, said before it begins.</summary>
    private async Task<IReadOnlyList<string>> LossesAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, MigrationRecord record, CancellationToken cancellationToken)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var losses = new List<string> { "What can't come back: pods keep no connection and get new addresses." };
        var bare = new List<string>();
        await foreach (var pod in pods.RunningAsync(cancellationToken))
        {
            if (pod.Spec?.HostNetwork != true && PodOwner.Of(pod.Metadata) is null && pod.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") != true)
            {
                bare.Add($"{pod.Metadata.Namespace}/{pod.Metadata.Name}");
            }
        }

        if (bare.Count > 0)
        {
            losses.Add($"Bare pods, which nothing would make again, are left without a network: {NodeNames.Join(bare, MostNamed)}.");
        }

        if (spec.Encryption != EncryptionType.None)
        {
            losses.Add($"Traffic between nodes is no longer encrypted, and the nodes' {spec.Encryption} keys go.");
        }

        var counts = await objects.CountAsync(cancellationToken);
        if (counts.Where(c => c.IsPolicy && c.Count > 0).Select(c => c.ToString()).ToList() is { Count: > 0 } policies)
        {
            losses.Add($"Nobody enforces what stands in {string.Join(", ", policies)}; Flannel enforces no NetworkPolicy either.");
        }

        if (seen.Nodes.Where(n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) ?? false).Select(n => n.Metadata.Name!).ToList() is { Count: > 0 } down)
        {
            losses.Add($"Nodes that are down are left as they are until they are back: {NodeNames.Join(down, MostNamed)}.");
        }

        losses.AddRange((await DefinitionsAsync(record, counts, cancellationToken)).Announce());
        return losses;
    }

    private async Task<RestoredDefinitions> DefinitionsAsync(MigrationRecord record, IReadOnlyList<CiliumObjectCount> counts, CancellationToken cancellationToken) =>
        counts.Count == 0 ? RestoredDefinitions.None : RestoredDefinitions.Of(record, counts, await objects.MayDeleteAsync(cancellationToken));
}
