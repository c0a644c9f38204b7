using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1ConfigMap : IKubernetesEntity<V1ConfigMap>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "ConfigMap", "configmaps", EntityScope.Namespaced);

    static JsonTypeInfo<V1ConfigMap> IKubernetesEntity<V1ConfigMap>.JsonTypeInfo => KubernetesModelsContext.Default.V1ConfigMap;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public IReadOnlyDictionary<string, string>? Data { get; init; }

    public IReadOnlyDictionary<string, byte[]>? BinaryData { get; init; }

    public bool? Immutable { get; init; }
}
