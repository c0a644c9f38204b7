using System.Text.Json.Serialization;

namespace NetProfile.Hosting.StatusPage;

/// <summary>What colour a node has. The state is the word for it.</summary>
internal enum NodeTone
{
    Failed,
    Attention,
    Working,
    Waiting,
    Ready,
    Skipped,
}

/// <summary>One node as the page shows it.</summary>
internal sealed record NodeView
{
    public required string Name { get; init; }

    public required NodeTone Tone { get; init; }

    /// <summary>For instance Drained, Dirty, Ready.</summary>
    public required string State { get; init; }

    public string? Message { get; init; }

    [JsonConverter(typeof(Crds.Meta.Rfc3339Converter))]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Of the agent's image.</summary>
    public string? Agent { get; init; }

    public string? Audit { get; init; }

    public string? Kernel { get; init; }

    public bool? Cordoned { get; init; }
}
