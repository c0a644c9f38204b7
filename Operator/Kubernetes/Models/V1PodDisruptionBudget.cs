using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1PodDisruptionBudget : IKubernetesEntity<V1PodDisruptionBudget>
{
    public static EntityMetadata Entity { get; } = new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", EntityScope.Namespaced);

    static JsonTypeInfo<V1PodDisruptionBudget> IKubernetesEntity<V1PodDisruptionBudget>.JsonTypeInfo => KubernetesModelsContext.Default.V1PodDisruptionBudget;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1PodDisruptionBudgetSpec? Spec { get; init; }

    public V1PodDisruptionBudgetStatus? Status { get; init; }
}

public sealed record V1PodDisruptionBudgetSpec
{
    public IntOrString? MinAvailable { get; init; }

    public IntOrString? MaxUnavailable { get; init; }

    public V1LabelSelector? Selector { get; init; }
}

public sealed record V1PodDisruptionBudgetStatus
{
    public long? ObservedGeneration { get; init; }

    public int? DisruptionsAllowed { get; init; }

    public int? CurrentHealthy { get; init; }

    public int? DesiredHealthy { get; init; }

    public int? ExpectedPods { get; init; }
}
