using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Node : IKubernetesEntity<V1Node>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "Node", "nodes", EntityScope.Cluster);

    static JsonTypeInfo<V1Node> IKubernetesEntity<V1Node>.JsonTypeInfo => KubernetesModelsContext.Default.V1Node;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1NodeSpec? Spec { get; init; }

    public V1NodeStatus? Status { get; init; }
}

public sealed record V1NodeSpec
{
    public string? PodCIDR { get; init; }

    public IReadOnlyList<string>? PodCIDRs { get; init; }

    public string? ProviderID { get; init; }

    public bool? Unschedulable { get; init; }

    public IReadOnlyList<V1Taint>? Taints { get; init; }
}

public sealed record V1Taint
{
    public string? Key { get; init; }

    public string? Value { get; init; }

    public string? Effect { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? TimeAdded { get; init; }
}

public sealed record V1NodeStatus
{
    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }

    public IReadOnlyList<V1NodeAddress>? Addresses { get; init; }

    public V1NodeSystemInfo? NodeInfo { get; init; }

    public IReadOnlyDictionary<string, Quantity>? Allocatable { get; init; }
}

/// <summary><see cref="Type"/> is InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.</summary>
public sealed record V1NodeAddress
{
    public string? Type { get; init; }

    public string? Address { get; init; }
}

public sealed record V1NodeSystemInfo
{
    public string? KernelVersion { get; init; }

    public string? OsImage { get; init; }

    public string? OperatingSystem { get; init; }

    public string? Architecture { get; init; }

    public string? ContainerRuntimeVersion { get; init; }

    public string? KubeletVersion { get; init; }

    public string? BootID { get; init; }

    public string? MachineID { get; init; }

    public string? SystemUUID { get; init; }
}
