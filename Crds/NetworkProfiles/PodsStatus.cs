using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record PodsStatus
{
    /// <summary>Pods that have their network from something else than Cilium.</summary>
    public int? Unmanaged { get; init; }

    /// <summary>Owners whose pods the API did not let be restarted when that was tried last, at most 20.</summary>
    public IReadOnlyList<RefusedPod>? Refused { get; init; }
}

public sealed record RefusedPod
{
    /// <summary>What would make the pod again, as Kind namespace/name; absent for a bare pod.</summary>
    public string? Owner { get; init; }

    /// <summary>The pod, as namespace/name.</summary>
    public string? Pod { get; init; }

    /// <summary>What refused: a PodDisruptionBudget, a webhook, the API server.</summary>
    public string? By { get; init; }

    /// <summary>Why, and what to do.</summary>
    public string? Message { get; init; }

    /// <summary>When it was tried last.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? At { get; init; }
}
