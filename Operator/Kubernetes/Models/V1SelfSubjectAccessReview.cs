using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

public sealed record V1SelfSubjectAccessReview : IKubernetesEntity<V1SelfSubjectAccessReview>
{
    public static EntityMetadata Entity { get; } = new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", EntityScope.Cluster);

    static JsonTypeInfo<V1SelfSubjectAccessReview> IKubernetesEntity<V1SelfSubjectAccessReview>.JsonTypeInfo => KubernetesModelsContext.Default.V1SelfSubjectAccessReview;

    [JsonPropertyOrder(-3)]
    public string ApiVersion => Entity.ApiVersion;

    [JsonPropertyOrder(-2)]
    public string Kind => Entity.Kind;

    [JsonPropertyOrder(-1)]
    public required V1ObjectMeta Metadata { get; init; }

    public V1SelfSubjectAccessReviewSpec? Spec { get; init; }

    public V1SubjectAccessReviewStatus? Status { get; init; }
}

public sealed record V1SelfSubjectAccessReviewSpec
{
    public V1ResourceAttributes? ResourceAttributes { get; init; }
}

public sealed record V1ResourceAttributes
{
    public string? Namespace { get; init; }

    public string? Verb { get; init; }

    public string? Group { get; init; }

    public string? Version { get; init; }

    public string? Resource { get; init; }

    public string? Subresource { get; init; }

    public string? Name { get; init; }
}

public sealed record V1SubjectAccessReviewStatus
{
    public bool? Allowed { get; init; }

    public bool? Denied { get; init; }

    public string? Reason { get; init; }

    public string? EvaluationError { get; init; }
}
