using System.Text.Json.Serialization;

namespace NetProfile.Crds.Meta;

public sealed record V1ObjectMeta
{
    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? GenerateName { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public long? Generation { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public IReadOnlyList<V1OwnerReference>? OwnerReferences { get; init; }
}

public sealed record V1OwnerReference
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public bool? Controller { get; init; }

    public bool? BlockOwnerDeletion { get; init; }
}

public sealed record V1ListMeta
{
    public string? ResourceVersion { get; init; }

    /// <summary>Non-empty when there is a further page.</summary>
    public string? Continue { get; init; }

    public long? RemainingItemCount { get; init; }
}
