using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.NodeAgent.Catalogue;

internal sealed record CatalogueDocument
{
    public required string Name { get; init; }

    /// <summary>By owner: the processes that would make its traces again.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Processes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public required IReadOnlyList<CatalogueEntry> Entries { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CatalogueDocument))]
internal sealed partial class CatalogueJsonContext : JsonSerializerContext;
