using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1CustomResourceDefinition : IKubernetesEntity<V1CustomResourceDefinition>
{
    public static EntityMetadata Entity { get; } = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", EntityScope.Cluster);

    static JsonTypeInfo<V1CustomResourceDefinition> IKubernetesEntity<V1CustomResourceDefinition>.JsonTypeInfo => KubernetesModelsContext.Default.V1CustomResourceDefinition;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1CustomResourceDefinitionSpec? Spec { get; init; }

    public V1CustomResourceDefinitionStatus? Status { get; init; }
}

public sealed record V1CustomResourceDefinitionSpec
{
    public string? Group { get; init; }

    public string? Scope { get; init; }

    public V1CustomResourceDefinitionNames? Names { get; init; }

    public IReadOnlyList<V1CustomResourceDefinitionVersion>? Versions { get; init; }
}

public sealed record V1CustomResourceDefinitionNames
{
    public string? Kind { get; init; }

    public string? Plural { get; init; }

    public string? Singular { get; init; }

    public IReadOnlyList<string>? ShortNames { get; init; }
}

public sealed record V1CustomResourceDefinitionVersion
{
    public string? Name { get; init; }

    public bool? Served { get; init; }

    public bool? Storage { get; init; }
}

public sealed record V1CustomResourceDefinitionStatus
{
    public IReadOnlyList<V1StatusCondition>? Conditions { get; init; }

    public IReadOnlyList<string>? StoredVersions { get; init; }
}
