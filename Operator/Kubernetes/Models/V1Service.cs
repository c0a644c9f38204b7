using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1Service : IKubernetesEntity<V1Service>
{
    public static EntityMetadata Entity { get; } = new("", "v1", "Service", "services", EntityScope.Namespaced);

    static JsonTypeInfo<V1Service> IKubernetesEntity<V1Service>.JsonTypeInfo => KubernetesModelsContext.Default.V1Service;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1ServiceSpec? Spec { get; init; }
}

public sealed record V1ServiceSpec
{
    public string? Type { get; init; }

    public string? ClusterIP { get; init; }

    public IReadOnlyList<string>? ClusterIPs { get; init; }

    public IReadOnlyList<string>? IpFamilies { get; init; }

    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    public IReadOnlyList<V1ServicePort>? Ports { get; init; }
}

public sealed record V1ServicePort
{
    public string? Name { get; init; }

    public string? Protocol { get; init; }

    public int? Port { get; init; }

    public IntOrString? TargetPort { get; init; }

    public int? NodePort { get; init; }
}
