using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.NodeAgent.Catalogue;

internal sealed record CatalogueDocument
{
    public required string Name { get; init; }

    /// <summary>By owner: the processes that would make its traces again.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Processes { get; init => field = value ?? Empty; } = Empty;

    /// <summary>By owner: processes that may have it built in.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> BuiltInto { get; init => field = value ?? Empty; } = Empty;

    public required IReadOnlyList<CatalogueEntry> Entries { get; init; }

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Empty => new Dictionary<string, IReadOnlyList<string>>();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CatalogueDocument))]
internal sealed partial class CatalogueJsonContext : JsonSerializerContext;
