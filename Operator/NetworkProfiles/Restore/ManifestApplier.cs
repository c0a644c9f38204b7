using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>
/// Brings recorded objects back: what is missing is made from its manifest, what is parked is taken back. What is there and was
/// changed since stays as it is, because somebody has wanted it so.
/// </summary>
internal sealed class ManifestApplier(IKubernetesClient client, ManifestBackup backup, ILogger<ManifestApplier> log)
{
    public async Task<(IReadOnlyList<RecordedObject> Missing, IReadOnlyList<RecordedObject> Parked)> CompareAsync(MigrationRecord record, CancellationToken cancellationToken)
    {
        var (missing, parked) = (new List<RecordedObject>(), new List<RecordedObject>());
        foreach (var recorded in record.Objects.Where(o => !IsRevision(o)).OrderBy(ManifestKinds.OrderOf))
        {
            var live = await client.SendAsync(HttpMethod.Get, ManifestKinds.PathOf(recorded), null, KubernetesRequest.Json, cancellationToken);
            if (live is null)
            {
                missing.Add(recorded);
            }
            else if (live["spec"]?["template"]?["spec"]?["nodeSelector"]?[NetworkProfileNames.ParkedNodeSelector] is not null)
            {
                parked.Add(recorded);
            }
        }

        return (missing, parked);
    }

    /// <returns>Why something can't come back; null when all has.</returns>
    public async Task<string?> BringBackAsync(MigrationRecord record, RestoreObservation more, CancellationToken cancellationToken)
    {
        BackupContent content;
        try
        {
            content = await backup.ReadAsync(record, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            return $"Secret {record.Secret}: {e.Message}";
        }

        // Before Flannel starts: a person's overwrite of an address counts from its first moment.
        await AnnotateNodesAsync(content, cancellationToken);
        var manifests = content.Index.Objects.Zip(content.Manifests).ToDictionary(m => m.First.ToString(), m => m.Second, StringComparer.Ordinal);
        var revisions = record.Objects.Where(IsRevision).Where(_ => more.Missing.Any(o => o.Kind == V1DaemonSet.Entity.Kind));
        foreach (var recorded in more.Missing.Concat(revisions).OrderBy(ManifestKinds.OrderOf))
        {
            if (await CreateAsync(recorded, manifests[recorded.ToString()], cancellationToken) is { } problem)
            {
                return problem;
            }
        }

        foreach (var recorded in more.Parked)
        {
            log.CameBack(recorded.ToString());
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [NetworkProfileNames.ParkedAnnotation] = null } },
                ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["nodeSelector"] = new JsonObject { [NetworkProfileNames.ParkedNodeSelector] = null } } } },
            };
            await client.PatchAsync<V1DaemonSet>(new NamespacedName(recorded.Namespace, recorded.Name), new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.FieldManager), cancellationToken);
        }

        return null;
    }

    private async Task<string?> CreateAsync(RecordedObject recorded, JsonObject manifest, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(HttpMethod.Post, $"{ManifestKinds.CollectionOf(manifest)}?fieldManager={NetworkProfileNames.FieldManager}", manifest, KubernetesRequest.Json, cancellationToken);
            log.CameBack(recorded.ToString());
            return null;
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // Namespaces bring a ServiceAccount of their own; and an earlier try may have come as far as this.
            return null;
        }
        catch (KubernetesException e) when (e.IsForbidden && IsRevision(recorded))
        {
            // Flannel works without; helm only doesn't know of it. The next release of that name takes it over by --take-ownership.
            log.RevisionLost(recorded.ToString());
            return null;
        }
        catch (KubernetesException e) when (!e.IsUnreachable)
        {
            return $"{recorded} can't be made again: {e.Message}";
        }
    }

    private async Task AnnotateNodesAsync(BackupContent content, CancellationToken cancellationToken)
    {
        foreach (var (name, recorded) in content.Nodes)
        {
            var node = new NamespacedName(null, name);
            if (await client.GetAsync<V1Node>(node, cancellationToken) is not { } live)
            {
                continue;
            }

            var missing = recorded!.AsObject().Where(a => live.Metadata.Annotations?.ContainsKey(a.Key) != true).Select(a => KeyValuePair.Create(a.Key, a.Value?.DeepClone())).ToList();
            if (missing.Count > 0)
            {
                var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject(missing) } };
                await client.PatchAsync<V1Node>(node, new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.FieldManager), cancellationToken);
            }
        }
    }

    /// <summary>Helm's revisions come back with what they made, and are no reason to bring it back on their own.</summary>
    private static bool IsRevision(RecordedObject recorded) => recorded.Kind == V1Secret.Entity.Kind;
}

internal static partial class RestoreLog
{
    [LoggerMessage(1030, LogLevel.Information, "{Object} of the old network is back")]
    public static partial void CameBack(this ILogger log, string @object);

    [LoggerMessage(1031, LogLevel.Warning, "{Object} can't be written: helm will not know the old network's release again")]
    public static partial void RevisionLost(this ILogger log, string @object);

    [LoggerMessage(1032, LogLevel.Information, "NetworkProfile {Profile}: restore: {Action}: {Message}")]
    public static partial void Restoring(this ILogger log, string? profile, RestoreAction action, string message);
}
