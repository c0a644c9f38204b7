using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1DaemonSet : IKubernetesEntity<V1DaemonSet>
{
    public static EntityMetadata Entity { get; } = new("apps", "v1", "DaemonSet", "daemonsets", EntityScope.Namespaced);

    static JsonTypeInfo<V1DaemonSet> IKubernetesEntity<V1DaemonSet>.JsonTypeInfo => KubernetesModelsContext.Default.V1DaemonSet;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1DaemonSetSpec? Spec { get; init; }

    public V1DaemonSetStatus? Status { get; init; }
}

public sealed record V1DaemonSetSpec
{
    public V1LabelSelector? Selector { get; init; }

    public V1PodTemplateSpec? Template { get; init; }

    public V1UpdateStrategy? UpdateStrategy { get; init; }

    public int? MinReadySeconds { get; init; }
}

/// <summary>Counts that the API leaves out are 0 there; here they are null.</summary>
public sealed record V1DaemonSetStatus
{
    public long? ObservedGeneration { get; init; }

    public int? CurrentNumberScheduled { get; init; }

    public int? DesiredNumberScheduled { get; init; }

    public int? NumberAvailable { get; init; }

    public int? NumberMisscheduled { get; init; }

    public int? NumberReady { get; init; }

    public int? NumberUnavailable { get; init; }

    public int? UpdatedNumberScheduled { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }
}
