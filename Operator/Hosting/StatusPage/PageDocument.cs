using System.Text.Json.Serialization;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Hosting.StatusPage;

/// <summary>All that the page shows. Nothing in it is secret: it is what a reader of NetworkProfiles and nodes sees.</summary>
internal sealed record PageDocument
{
    public required IReadOnlyList<ProfileCard> Profiles { get; init; }

    public required IReadOnlyList<NodeView> Nodes { get; init; }
}

internal sealed record ProfileCard
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Mode { get; init; }

    public required bool Suspended { get; init; }

    public required NetworkProfileStatus Status { get; init; }
}

/// <summary>Enums as words; what is null is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PageDocument))]
internal sealed partial class PageJsonContext : JsonSerializerContext;
