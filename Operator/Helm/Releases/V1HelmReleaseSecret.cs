using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Helm.Releases;

/// <summary>
/// A Secret of type helm.sh/release.v1, read by way of its content: an informer's cache then holds a few kilobytes for each
/// revision, not the megabyte that is stored, and each revision is decoded once. Select them by <see cref="SelectorOf"/>.
/// </summary>
public sealed record V1HelmReleaseSecret : IKubernetesEntity<V1HelmReleaseSecret>
{
    private static readonly string[] HelmsOwnLabels = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

    public static EntityMetadata Entity { get; } = new("", "v1", "Secret", "secrets", EntityScope.Namespaced);

    static JsonTypeInfo<V1HelmReleaseSecret> IKubernetesEntity<V1HelmReleaseSecret>.JsonTypeInfo => HelmReleaseSecretContext.Default.V1HelmReleaseSecret;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public string? Type { get; init; }

    [JsonPropertyName("data")]
    [JsonConverter(typeof(StoredReleaseConverter))]
    public StoredRelease? Release { get; init; }

    /// <summary>The label selector of one release's revisions.</summary>
    public static string SelectorOf(string releaseName) => $"owner=helm,name={releaseName}";

    public static string NameOf(HelmReleaseName release, int revision) => $"sh.helm.release.v1.{release.Name}.v{revision}";

    public HelmRelease ToRelease()
    {
        var labels = Metadata.Labels ?? new Dictionary<string, string>();
        var stored = Release is { Unreadable: null } readable ? readable : null;
        return new HelmRelease
        {
            Release = new HelmReleaseName(Metadata.Namespace ?? "", labels.GetValueOrDefault("name", "")),
            // The labels say the least that is needed where the payload is broken.
            Revision = stored?.Revision ?? (int.TryParse(labels.GetValueOrDefault("version"), out var revision) ? revision : 0),
            Status = stored is null ? HelmReleaseStatus.Unknown : StatusOf(stored.Status),
            ChartName = stored?.ChartName ?? "",
            ChartVersion = stored?.ChartVersion ?? "",
            AppVersion = stored?.AppVersion,
            Description = stored is null ? $"the stored release cannot be read: {Release?.Unreadable ?? "it is empty"}" : stored.Description,
            LastDeployed = stored?.LastDeployed,
            Labels = labels.Where(label => !HelmsOwnLabels.Contains(label.Key)).ToDictionary(label => label.Key, label => label.Value),
            Values = stored?.Config ?? [],
        };
    }

    private static HelmReleaseStatus StatusOf(string word) => word switch
    {
        "deployed" => HelmReleaseStatus.Deployed,
        "uninstalled" => HelmReleaseStatus.Uninstalled,
        "superseded" => HelmReleaseStatus.Superseded,
        "failed" => HelmReleaseStatus.Failed,
        "uninstalling" => HelmReleaseStatus.Uninstalling,
        "pending-install" => HelmReleaseStatus.PendingInstall,
        "pending-upgrade" => HelmReleaseStatus.PendingUpgrade,
        "pending-rollback" => HelmReleaseStatus.PendingRollback,
        _ => HelmReleaseStatus.Unknown,
    };
}

/// <summary>Reads <c>data.release</c>; never writes it, so that an apply of a read object cannot erase a release.</summary>
internal sealed class StoredReleaseConverter : JsonConverter<StoredRelease>
{
    public override StoredRelease? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        StoredRelease? release = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRelease = reader.ValueTextEquals("release");
            reader.Read();
            if (isRelease)
            {
                release = reader.TryGetBytesFromBase64(out var stored) ? StoredRelease.Parse(stored) : new StoredRelease { Unreadable = "the data is not base64" };
            }
            else
            {
                reader.Skip();
            }
        }

        return release;
    }

    public override void Write(Utf8JsonWriter writer, StoredRelease value, JsonSerializerOptions options) =>
        throw new NotSupportedException("release Secrets are written by helm; to unlock one, patch it");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(V1HelmReleaseSecret))]
internal sealed partial class HelmReleaseSecretContext : JsonSerializerContext;
