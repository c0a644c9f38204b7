using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles.Backups;

/// <param name="Record">What stands in the Secret now; null when nothing could be kept.</param>
/// <param name="Problem">Why not, for a condition; null when all is kept.</param>
public sealed record BackupOutcome(MigrationRecord? Record, string? Problem);

/// <summary>
/// The only writer of a migration's Secret. It is written in one piece, so that it is whole or not there; what it holds of an
/// object is never replaced by what became of that object later. It has no owner, so that it outlives the profile.
/// </summary>
internal sealed class ManifestBackup(IKubernetesClient client, TimeProvider clock, ILogger<ManifestBackup> log)
{
    /// <summary>Whether all that the old network consists of now is in the record. Pure, and free.</summary>
    public static bool IsTaken(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen) =>
        seen.Migration is { RestoredAt: null } record
        && PreviousCniEvidence.Of(seen).DaemonSets.All(name => record.Find(V1DaemonSet.Entity.Kind, name.Split('/')[0], name.Split('/')[1]) is not null)
        && (!WithKubeProxy(profile, seen) || record.Find(V1DaemonSet.Entity.Kind, KubeProxyDaemonSet.Namespace, KubeProxyDaemonSet.Name) is not null);

    /// <summary>Keeps the manifests and begins the record. Does nothing when that is done, and adds what has come since.</summary>
    public async Task<BackupOutcome> TakeAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, MigrationStrategy strategy, CancellationToken cancellationToken)
    {
        var name = new NamespacedName(seen.NodeAgent.Namespace, MigrationRecordReader.SecretName);
        var present = await client.GetAsync<V1Secret>(name, cancellationToken);
        var reading = MigrationRecordReader.Read(present);
        if (reading.Problem is not null)
        {
            return new BackupOutcome(null, reading.Problem);
        }

        if (reading.Record is { } record && IsTaken(profile, seen with { Migration = record }))
        {
            return new BackupOutcome(record, null);
        }

        var collected = await new OldNetworkCollector(client).CollectAsync(seen, WithKubeProxy(profile, seen), cancellationToken);
        if (collected.Problem is not null)
        {
            return new BackupOutcome(reading.Record, collected.Problem);
        }

        try
        {
            // A network that came back is as it was; what is taken now is another migration's.
            var kept = reading.Record is { RestoredAt: null } known ? BackupContent.Decode(present!.Data, known.Digest) : null;
            var content = Merge(kept, collected, seen, NetworkProfileDefaults.Resolve(profile.Spec).PreviousCNI.Backup);
            var (data, digest, problem) = content.Encode();
            return problem is not null
                ? new BackupOutcome(reading.Record, problem)
                : await WriteAsync(profile, name, present, await AnnotationsAsync(content, seen, strategy, digest, kept is null, cancellationToken), data, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            return new BackupOutcome(reading.Record, $"Secret {name}: {e.Message}");
        }
    }

    /// <summary>Notes something down; null takes a key away. Fails with a conflict when the Secret is not as <paramref name="record"/> has it.</summary>
    public async Task<MigrationRecord> SetAsync(MigrationRecord record, IReadOnlyDictionary<string, string?> annotations, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = record.ResourceVersion,
                ["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create<string, JsonNode?>(a.Key, a.Value))),
            },
        };
        var written = await client.PatchAsync<V1Secret>(NameOf(record), new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.FieldManager), cancellationToken);
        return MigrationRecordReader.Read(written).Record!;
    }

    /// <exception cref="InvalidDataException">The manifests are not what was kept.</exception>
    public async Task<BackupContent> ReadAsync(MigrationRecord record, CancellationToken cancellationToken) =>
        BackupContent.Decode((await client.GetAsync<V1Secret>(NameOf(record), cancellationToken))?.Data, record.Digest);

    private static NamespacedName NameOf(MigrationRecord record) => new(record.Secret.Split('/')[0], record.Secret.Split('/')[1]);

    private static bool WithKubeProxy(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen) =>
        NetworkProfileDefaults.Resolve(profile.Spec).KubeProxyReplacement is { Enabled: true, KubeProxy: KubeProxyPolicy.Park } && KubeProxyDaemonSet.Find(seen) is not null;

    private static BackupContent Merge(BackupContent? kept, CollectedNetwork collected, NetworkProfileObservation seen, bool withManifests)
    {
        var known = (kept?.Index.Objects ?? []).Select(o => o.ToString()).ToHashSet(StringComparer.Ordinal);
        var added = collected.Objects.Where(o => !known.Contains(o.Reference.ToString())).ToList();
        var nodes = kept?.Nodes.DeepClone().AsObject() ?? [];
        foreach (var node in seen.Nodes.Where(n => PreviousCniEvidence.AnnotationsOf(n).Count > 0).OrderBy(n => n.Metadata.Name, StringComparer.Ordinal))
        {
            nodes.TryAdd(node.Metadata.Name!, new JsonObject(PreviousCniEvidence.AnnotationsOf(node).Select(key => KeyValuePair.Create<string, JsonNode?>(key, node.Metadata.Annotations![key]))));
        }

        var keeps = kept?.Index.HasManifests ?? withManifests;
        return new BackupContent
        {
            Index = new BackupIndex
            {
                Objects = [.. kept?.Index.Objects ?? [], .. added.Select(o => o.Reference)],
                HasManifests = keeps,
                Backend = kept?.Index.Backend ?? Config(collected).Backend,
                HelmRelease = kept?.Index.HelmRelease ?? collected.HelmRelease,
            },
            Manifests = keeps ? [.. kept?.Manifests ?? [], .. added.Select(o => ManifestCleaner.Clean(o.Live))] : [],
            Nodes = nodes,
        };
    }

    private async Task<Dictionary<string, string?>> AnnotationsAsync(
        BackupContent content, NetworkProfileObservation seen, MigrationStrategy strategy, string digest, bool begins, CancellationToken cancellationToken)
    {
        var annotations = new Dictionary<string, string?> { [MigrationAnnotations.Digest] = digest };
        if (begins)
        {
            annotations[MigrationAnnotations.Format] = MigrationAnnotations.CurrentFormat;
            annotations[MigrationAnnotations.Strategy] = strategy.ToString();
            annotations[MigrationAnnotations.StartedAt] = MigrationAnnotations.Of(clock.GetUtcNow());
            annotations[MigrationAnnotations.Direction] = nameof(MigrationDirection.Forward);
            annotations[MigrationAnnotations.DefinitionsBefore] = string.Join(',', (await new CiliumObjects(client).DefinitionsAsync(cancellationToken)).Select(d => d.Metadata.Name));
            annotations[MigrationAnnotations.OldPodCidrs] = string.Join(',', OldPodCidrs(content, seen));
        }

        return annotations;
    }

    /// <summary>Flannel's own word, else the installer's, else what the nodes have of it.</summary>
    private static IReadOnlyList<string> OldPodCidrs(BackupContent content, NetworkProfileObservation seen)
    {
        var configured = content.Manifests.SelectMany(m => FlannelConfig.Read((string?)m["data"]?[FlannelConfig.Key]).PodCidrs).Distinct(StringComparer.Ordinal).ToList();
        return configured.Count > 0 ? configured
            : seen.ClusterPodCidrs.Count > 0 ? seen.ClusterPodCidrs
            : [.. seen.Nodes.SelectMany(n => n.Spec?.PodCIDRs ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static (IReadOnlyList<string> PodCidrs, FlannelBackend? Backend) Config(CollectedNetwork collected) =>
        collected.Objects.Select(o => FlannelConfig.Read((string?)o.Live["data"]?[FlannelConfig.Key])).FirstOrDefault(c => c.Backend is not null, ([], null));

    private async Task<BackupOutcome> WriteAsync(
        V1Alpha1NetworkProfile profile, NamespacedName name, V1Secret? present, Dictionary<string, string?> annotations, Dictionary<string, byte[]> data, CancellationToken cancellationToken)
    {
        var labels = new Dictionary<string, string> { [NetworkProfileNames.ManagedByLabel] = NetworkProfileNames.ManagedByValue, [NetworkProfileNames.ProfileLabel] = profile.Metadata.Name! };
        if (present is null)
        {
            var created = await client.CreateAsync(
                new V1Secret
                {
                    Metadata = new V1ObjectMeta { Namespace = name.Namespace, Name = name.Name, Labels = labels, Annotations = annotations.ToDictionary(a => a.Key, a => a.Value!) },
                    Type = "netprofile.io/backup",
                    Data = data,
                },
                NetworkProfileNames.FieldManager,
                cancellationToken);
            return Written(created);
        }

        // What an earlier migration left behind must not speak of this one.
        var begins = annotations.ContainsKey(MigrationAnnotations.StartedAt);
        var stale = begins ? (present.Metadata.Annotations?.Keys ?? []).Where(key => key.StartsWith(NetworkProfileNames.Group + "/", StringComparison.Ordinal) && !annotations.ContainsKey(key)) : [];
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = present.Metadata.ResourceVersion,
                ["labels"] = begins ? new JsonObject(labels.Select(l => KeyValuePair.Create<string, JsonNode?>(l.Key, l.Value))) : [],
                ["annotations"] = new JsonObject(annotations.Concat(stale.Select(key => KeyValuePair.Create<string, string?>(key, null))).Select(a => KeyValuePair.Create<string, JsonNode?>(a.Key, a.Value))),
            },
            ["data"] = new JsonObject(data.Select(d => KeyValuePair.Create<string, JsonNode?>(d.Key, Convert.ToBase64String(d.Value)))),
        };
        return Written(await client.PatchAsync<V1Secret>(name, new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.FieldManager), cancellationToken));
    }

    private BackupOutcome Written(V1Secret secret)
    {
        var reading = MigrationRecordReader.Read(secret);
        log.ManifestsKept(reading.Record?.Objects.Count ?? 0, $"{secret.Metadata.Namespace}/{secret.Metadata.Name}");
        return new BackupOutcome(reading.Record, reading.Problem);
    }
}

internal static partial class BackupLog
{
    [LoggerMessage(1020, LogLevel.Information, "manifests of the old network are kept: {Objects} objects in Secret {Secret}")]
    public static partial void ManifestsKept(this ILogger log, int objects, string secret);

    [LoggerMessage(1021, LogLevel.Information, "{Object} of the old network is deleted; its manifest is in Secret {Secret}")]
    public static partial void OldObjectDeleted(this ILogger log, string @object, string secret);
}
