using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Deployment : IKubernetesEntity<V1Deployment>
{
    public static EntityMetadata Entity { get; } = new("apps", "v1", "Deployment", "deployments", EntityScope.Namespaced);

    static JsonTypeInfo<V1Deployment> IKubernetesEntity<V1Deployment>.JsonTypeInfo => KubernetesModelsContext.Default.V1Deployment;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1DeploymentSpec? Spec { get; init; }

    public V1DeploymentStatus? Status { get; init; }
}

public sealed record V1DeploymentSpec
{
    public int? Replicas { get; init; }

    public V1LabelSelector? Selector { get; init; }

    public V1PodTemplateSpec? Template { get; init; }

    public V1UpdateStrategy? Strategy { get; init; }

    public bool? Paused { get; init; }
}

public sealed record V1DeploymentStatus
{
    public long? ObservedGeneration { get; init; }

    public int? Replicas { get; init; }

    public int? ReadyReplicas { get; init; }

    public int? UpdatedReplicas { get; init; }

    public int? AvailableReplicas { get; init; }

    public int? UnavailableReplicas { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }
}
