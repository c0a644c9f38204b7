using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Secret : IKubernetesEntity<V1Secret>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "Secret", "secrets", EntityScope.Namespaced);

    static JsonTypeInfo<V1Secret> IKubernetesEntity<V1Secret>.JsonTypeInfo => KubernetesModelsContext.Default.V1Secret;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public string? Type { get; init; }

    /// <summary>Decoded from the base64 of the API.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Write only.</summary>
    public IReadOnlyDictionary<string, string>? StringData { get; init; }

    public bool? Immutable { get; init; }
}
