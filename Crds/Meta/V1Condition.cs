using System.Text.Json.Serialization;

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
    public required string Type { get; init; }

    public required ConditionStatus Status { get; init; }

    /// <summary>The generation that the condition was computed from.</summary>
    public long? ObservedGeneration { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public required DateTimeOffset LastTransitionTime { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }
}
