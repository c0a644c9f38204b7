using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Lease : IKubernetesEntity<V1Lease>
{
    public static EntityMetadata Entity { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", EntityScope.Namespaced);

    static JsonTypeInfo<V1Lease> IKubernetesEntity<V1Lease>.JsonTypeInfo => KubernetesModelsContext.Default.V1Lease;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1LeaseSpec? Spec { get; init; }
}

public sealed record V1LeaseSpec
{
    /// <summary>Empty when the last holder released it.</summary>
    public string? HolderIdentity { get; init; }

    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    public int? LeaseTransitions { get; init; }
}
