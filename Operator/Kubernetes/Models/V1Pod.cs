using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Pod : IKubernetesEntity<V1Pod>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "Pod", "pods", EntityScope.Namespaced);

    static JsonTypeInfo<V1Pod> IKubernetesEntity<V1Pod>.JsonTypeInfo => KubernetesModelsContext.Default.V1Pod;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1PodSpec? Spec { get; init; }

    public V1PodStatus? Status { get; init; }
}

public sealed record V1PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? HostIP { get; init; }

    public string? PodIP { get; init; }

    public IReadOnlyList<V1PodIP>? PodIPs { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }

    public IReadOnlyList<V1ContainerStatus>? ContainerStatuses { get; init; }

    public IReadOnlyList<V1ContainerStatus>? InitContainerStatuses { get; init; }
}

public sealed record V1PodIP
{
    public string? Ip { get; init; }
}

public sealed record V1ContainerStatus
{
    public string? Name { get; init; }

    public string? Image { get; init; }

    public string? ImageID { get; init; }

    public string? ContainerID { get; init; }

    public bool? Ready { get; init; }

    public bool? Started { get; init; }

    public int? RestartCount { get; init; }

    public V1ContainerState? State { get; init; }

    public V1ContainerState? LastState { get; init; }
}

/// <summary>One of the three is set; none of them means waiting.</summary>
public sealed record V1ContainerState
{
    public V1ContainerStateWaiting? Waiting { get; init; }

    public V1ContainerStateRunning? Running { get; init; }

    public V1ContainerStateTerminated? Terminated { get; init; }
}

public sealed record V1ContainerStateWaiting
{
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

public sealed record V1ContainerStateRunning
{
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? StartedAt { get; init; }
}

public sealed record V1ContainerStateTerminated
{
    public int? ExitCode { get; init; }

    public int? Signal { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? FinishedAt { get; init; }
}
