using System.Text.Json.Serialization;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.Meta;

[JsonConverter(typeof(JsonStringEnumConverter<ConditionStatus>))]
public enum ConditionStatus
{
    True,
    False,
    Unknown,
}

/// <summary>metav1.Condition. LastTransitionTime moves when Status changes, and only then (API conventions).</summary>
public sealed record V1Condition
{
    /// <summary>What the condition is about, in CamelCase.</summary>
    [Schema(MaxLength = 316)]
    public required string Type { get; init; }

    /// <summary>Whether it is so.</summary>
    public required ConditionStatus Status { get; init; }

    /// <summary>The generation that the condition was computed from.</summary>
    [Schema(Minimum = 0)]
    public long? ObservedGeneration { get; init; }

    /// <summary>When status changed last.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public required DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>Why, in one CamelCase word.</summary>
    [Schema(MinLength = 1, MaxLength = 1024, Pattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    public required string Reason { get; init; }

    /// <summary>What, where, and what to do, for a person.</summary>
    [Schema(MaxLength = 32768)]
    public required string Message { get; init; }
}
