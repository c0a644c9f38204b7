using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Models;

/// <summary>
/// A condition of a built-in kind. Everything is optional and <see cref="Status"/> is text, because the built-in kinds
/// predate metav1.Condition and an odd condition must not make the object unreadable.
/// </summary>
public sealed record V1StatusCondition
{
    public string? Type { get; init; }

    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? LastTransitionTime { get; init; }

    [JsonIgnore]
    public bool IsTrue => Status == "True";
}
