using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1EndpointSlice : IKubernetesEntity<V1EndpointSlice>
{
    public static EntityMetadata Entity { get; } = new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", EntityScope.Namespaced);

    static JsonTypeInfo<V1EndpointSlice> IKubernetesEntity<V1EndpointSlice>.JsonTypeInfo => KubernetesModelsContext.Default.V1EndpointSlice;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    /// <summary>IPv4, IPv6 or FQDN.</summary>
    public string? AddressType { get; init; }

    public IReadOnlyList<V1Endpoint>? Endpoints { get; init; }

    public IReadOnlyList<V1EndpointPort>? Ports { get; init; }
}

public sealed record V1Endpoint
{
    public IReadOnlyList<string>? Addresses { get; init; }

    public V1EndpointConditions? Conditions { get; init; }

    public string? NodeName { get; init; }
}

/// <summary>A null <see cref="Ready"/> means ready, as the API says.</summary>
public sealed record V1EndpointConditions
{
    public bool? Ready { get; init; }

    public bool? Serving { get; init; }

    public bool? Terminating { get; init; }
}

public sealed record V1EndpointPort
{
    public string? Name { get; init; }

    public string? Protocol { get; init; }

    public int? Port { get; init; }
}
