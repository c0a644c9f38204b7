using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Namespace : IKubernetesEntity<V1Namespace>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "Namespace", "namespaces", EntityScope.Cluster);

    static JsonTypeInfo<V1Namespace> IKubernetesEntity<V1Namespace>.JsonTypeInfo => KubernetesModelsContext.Default.V1Namespace;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1NamespaceStatus? Status { get; init; }
}

public sealed record V1NamespaceStatus
{
    /// <summary>Active or Terminating.</summary>
    public string? Phase { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }
}
