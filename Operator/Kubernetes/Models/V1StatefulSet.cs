using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1StatefulSet : IKubernetesEntity<V1StatefulSet>
{
    public static EntityMetadata Entity { get; } = new("apps", "v1", "StatefulSet", "statefulsets", EntityScope.Namespaced);

    static JsonTypeInfo<V1StatefulSet> IKubernetesEntity<V1StatefulSet>.JsonTypeInfo => KubernetesModelsContext.Default.V1StatefulSet;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1StatefulSetSpec? Spec { get; init; }

    public V1StatefulSetStatus? Status { get; init; }
}

public sealed record V1StatefulSetSpec
{
    public int? Replicas { get; init; }

    public string? ServiceName { get; init; }

    public V1LabelSelector? Selector { get; init; }

    public V1PodTemplateSpec? Template { get; init; }

    public V1UpdateStrategy? UpdateStrategy { get; init; }
}

public sealed record V1StatefulSetStatus
{
    public long? ObservedGeneration { get; init; }

    public int? Replicas { get; init; }

    public int? ReadyReplicas { get; init; }

    public int? CurrentReplicas { get; init; }

    public int? UpdatedReplicas { get; init; }

    public int? AvailableReplicas { get; init; }

    public string? CurrentRevision { get; init; }

    public string? UpdateRevision { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }
}
