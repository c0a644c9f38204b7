using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

/// <summary>One HTTP request, made of a verb and its options without any I/O. What may be done with it when it fails is part of it.</summary>
public sealed partial record KubernetesRequest
{
    public const string Json = "application/json";
    public const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    public const string ApplyPatch = "application/apply-patch+yaml";

    public required HttpMethod Method { get; init; }

    public required string PathAndQuery { get; init; }

    /// <summary>The API's own word for it, as in roles; for metrics and traces.</summary>
    public string Verb
    {
        get => field ?? Method.Method switch { "POST" => "create", "PATCH" when ContentType == ApplyPatch => "apply", var method => method.ToLowerInvariant() };
        init;
    }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public string Accept { get; init; } = Json;

    /// <summary>Doing it twice is the same as doing it once, so it may be sent again when nobody knows whether it arrived.</summary>
    public required bool Idempotent { get; init; }

    /// <summary>False where 429 is an answer and no refusal (an eviction that a budget forbids).</summary>
    public bool RetryTooManyRequests { get; init; } = true;

    /// <summary>The body of the answer is read as it comes, without a time limit.</summary>
    public bool Streaming { get; init; }

    /// <summary>Doubles the time limit: lists of thousands of objects take their time.</summary>
    public bool Slow { get; init; }

    /// <summary>Leases are never held up by the client's own rate limit, or a busy operator would lose its own.</summary>
    public bool Unthrottled { get; init; }

    public static KubernetesRequest Get(EntityMetadata entity, NamespacedName name) => new()
    {
        Method = HttpMethod.Get,
        PathAndQuery = KubernetesPath.Object(entity, name),
        Idempotent = true,
        Unthrottled = IsLease(entity),
    };

    public static KubernetesRequest List(EntityMetadata entity, ListOptions options) => new()
    {
        Method = HttpMethod.Get,
        PathAndQuery = KubernetesPath.Collection(entity, options.Namespace) + new QueryBuilder()
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("limit", options.Limit)
            .Add("continue", options.Continue)
            // A continue token has the resource version in it, and the server refuses both.
            .Add("resourceVersion", options.Continue is null ? options.ResourceVersion : null)
            .Add("resourceVersionMatch", options.Continue is null && options.ResourceVersion is not null ? options.ResourceVersionMatch : null),
        Accept = options.MetadataOnly ? MetadataList : Json,
        Idempotent = true,
        Slow = true,
        Verb = "list",
    };

    public static KubernetesRequest Watch(EntityMetadata entity, WatchOptions options) => new()
    {
        Method = HttpMethod.Get,
        PathAndQuery = KubernetesPath.Collection(entity, options.Namespace) + new QueryBuilder()
            .Add("watch", "true")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("allowWatchBookmarks", options.AllowWatchBookmarks)
            .Add("timeoutSeconds", options.TimeoutSeconds),
        Idempotent = true,
        Streaming = true,
        Verb = "watch",
    };

    /// <summary>The body is JSON, which is YAML; older servers know only the YAML media type.</summary>
    public static KubernetesRequest Apply<T>(T desired, ApplyOptions options, string? subresource)
        where T : class, IKubernetesEntity<T> => new()
        {
            Method = HttpMethod.Patch,
            PathAndQuery = KubernetesPath.Object(T.Entity, Key(desired), subresource) + new QueryBuilder()
                .Add("fieldManager", options.FieldManager)
                .Add("force", options.Force)
                .Add("dryRun", options.DryRun ? "All" : null),
            Body = JsonSerializer.SerializeToUtf8Bytes(desired, T.JsonTypeInfo),
            ContentType = ApplyPatch,
            Idempotent = true,
        };

    public static KubernetesRequest Create<T>(T desired, string fieldManager)
        where T : class, IKubernetesEntity<T> => new()
        {
            Method = HttpMethod.Post,
            PathAndQuery = KubernetesPath.Collection(T.Entity, desired.Metadata.Namespace) + new QueryBuilder().Add("fieldManager", fieldManager),
            Body = JsonSerializer.SerializeToUtf8Bytes(desired, T.JsonTypeInfo),
            ContentType = Json,
            Idempotent = false,
            Unthrottled = IsLease(T.Entity),
        };

    public static KubernetesRequest Patch(EntityMetadata entity, NamespacedName name, V1Patch patch) => new()
    {
        Method = HttpMethod.Patch,
        PathAndQuery = KubernetesPath.Object(entity, name, patch.Subresource) + new QueryBuilder().Add("fieldManager", patch.FieldManager),
        Body = Bytes(patch.Content),
        ContentType = patch.Type switch
        {
            V1PatchType.JsonPatch => "application/json-patch+json",
            V1PatchType.StrategicMergePatch => "application/strategic-merge-patch+json",
            _ => "application/merge-patch+json",
        },
        // A JSON patch may append; and a patch with a resource version in it finds itself in conflict with its own first try.
        Idempotent = patch.Type != V1PatchType.JsonPatch && patch.Content["metadata"]?["resourceVersion"] is null,
        Unthrottled = IsLease(entity),
    };

    /// <summary>Any path; what may be sent again follows from the method.</summary>
    public static KubernetesRequest Raw(HttpMethod method, string pathAndQuery, JsonNode? body, string contentType) => new()
    {
        Method = method,
        PathAndQuery = pathAndQuery.StartsWith('/') ? pathAndQuery : $"/{pathAndQuery}",
        Body = body is null ? default : Bytes(body),
        ContentType = body is null ? null : contentType,
        Idempotent = method != HttpMethod.Post && !(method == HttpMethod.Patch && contentType != ApplyPatch),
        Slow = true,
    };

    internal static NamespacedName Key<T>(T entity)
        where T : class, IKubernetesEntity<T> => new(
            T.Entity.Scope == EntityScope.Namespaced ? entity.Metadata.Namespace : null,
            entity.Metadata.Name ?? throw new ArgumentException($"a {T.Entity.Kind} without metadata.name"));

    internal static byte[] Bytes(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private static bool IsLease(EntityMetadata entity) => entity.Group == "coordination.k8s.io";
}
