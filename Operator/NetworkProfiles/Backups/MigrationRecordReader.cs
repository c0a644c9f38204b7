using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Backups;

/// <param name="Record">null when there is none, or none that can be read.</param>
/// <param name="Problem">Why the Secret can't be read; null when it can, or there is none.</param>
public sealed record MigrationReading(MigrationRecord? Record, string? Problem)
{
    public static readonly MigrationReading None = new(null, null);
}

/// <summary>Reads the Secret of a migration.</summary>
internal static class MigrationRecordReader
{
    public const string SecretName = "netprofile-backup";

    public static async Task<MigrationReading> ReadAsync(IKubernetesClient client, string @namespace, CancellationToken cancellationToken) =>
        Read(await client.GetAsync<V1Secret>(new NamespacedName(@namespace, SecretName), cancellationToken));

    public static MigrationReading Read(V1Secret? secret)
    {
        if (secret is null)
        {
            return MigrationReading.None;
        }

        var annotations = secret.Metadata.Annotations ?? new Dictionary<string, string>();
        var name = $"{secret.Metadata.Namespace}/{secret.Metadata.Name}";
        if (annotations.GetValueOrDefault(MigrationAnnotations.Format) is var format && format != MigrationAnnotations.CurrentFormat)
        {
            return new MigrationReading(null, $"Secret {name}: annotation {MigrationAnnotations.Format} is '{format}', and this operator reads {MigrationAnnotations.CurrentFormat}: use the operator that wrote it, or move the Secret away");
        }

        if (MigrationAnnotations.Time(annotations, MigrationAnnotations.StartedAt) is not { } startedAt
            || !Enum.TryParse<MigrationStrategy>(annotations.GetValueOrDefault(MigrationAnnotations.Strategy), out var strategy)
            || !Enum.TryParse<MigrationDirection>(annotations.GetValueOrDefault(MigrationAnnotations.Direction), out var direction))
        {
            return new MigrationReading(null, $"Secret {name}: annotations {MigrationAnnotations.StartedAt}, {MigrationAnnotations.Strategy} and {MigrationAnnotations.Direction} are not all there: somebody has changed the Secret");
        }

        try
        {
            var index = BackupContent.ReadIndex(secret.Data);
            return new MigrationReading(
                new MigrationRecord
                {
                    Secret = name,
                    ResourceVersion = secret.Metadata.ResourceVersion ?? "",
                    Profile = secret.Metadata.Labels?.GetValueOrDefault(NetworkProfileNames.ProfileLabel) ?? "",
                    Strategy = strategy,
                    StartedAt = startedAt,
                    Direction = direction,
                    OldPodCidrs = (annotations.GetValueOrDefault(MigrationAnnotations.OldPodCidrs) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries),
                    Backend = index.Backend,
                    HelmRelease = index.HelmRelease,
                    Objects = index.Objects,
                    HasManifests = index.HasManifests,
                    Digest = annotations.GetValueOrDefault(MigrationAnnotations.Digest) ?? "",
                    Annotations = annotations,
                },
                null);
        }
        catch (InvalidDataException e)
        {
            return new MigrationReading(null, $"Secret {name}: {e.Message}");
        }
    }
}
