using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Job : IKubernetesEntity<V1Job>
{
    public static EntityMetadata Entity { get; } = new("batch", "v1", "Job", "jobs", EntityScope.Namespaced);

    static JsonTypeInfo<V1Job> IKubernetesEntity<V1Job>.JsonTypeInfo => KubernetesModelsContext.Default.V1Job;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1JobStatus? Status { get; init; }
}

public sealed record V1JobStatus
{
    public int? Active { get; init; }

    public int? Succeeded { get; init; }

    public int? Failed { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }
}
