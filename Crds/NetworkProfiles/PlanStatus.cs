using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record PlanStatus
{
    /// <summary>Identifies the plan and all that it was based on; the value that netprofile.io/approved-plan approves.</summary>
    public string? Digest { get; init; }

    /// <summary>The worst disruption of all steps.</summary>
    public Disruption? Disruption { get; init; }

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<PlanStepStatus>? Steps { get; init; }
}

public sealed record PlanStepStatus
{
    /// <summary>The step's name, unique in the plan.</summary>
    public string? Name { get; init; }

    /// <summary>Where it stands.</summary>
    public PlanStepState? State { get; init; }

    /// <summary>Why it has to be done.</summary>
    public string? Because { get; init; }

    /// <summary>How much it disturbs workloads.</summary>
    public Disruption? Disruption { get; init; }

    /// <summary>The number of nodes that it touches.</summary>
    public int? Nodes { get; init; }

    /// <summary>How long it will take, roughly.</summary>
    public int? EstimatedSeconds { get; init; }

    /// <summary>When it began.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What is happening or what went wrong.</summary>
    public string? Message { get; init; }
}

public sealed record CiliumStatus
{
    /// <summary>The chart version of the deployed release.</summary>
    public string? Version { get; init; }

    /// <summary>The sha256 digest of the chart that was deployed.</summary>
    public string? ChartDigest { get; init; }

    /// <summary>The Helm revision.</summary>
    public int? Revision { get; init; }

    /// <summary>The digest of the whole values document of that revision.</summary>
    public string? ValuesDigest { get; init; }

    /// <summary>The minor that was installed first, as upgradeCompatibility takes it.</summary>
    public string? InitialVersion { get; init; }

    /// <summary>The last try that failed; absent once the release is in sync.</summary>
    public ReleaseAttempt? LastAttempt { get; init; }

    /// <summary>The last 10 revisions, the newest first.</summary>
    public IReadOnlyList<ReleaseHistoryEntry>? History { get; init; }
}

public sealed record ReleaseHistoryEntry
{
    /// <summary>The Helm revision.</summary>
    public int? Revision { get; init; }

    /// <summary>The chart version.</summary>
    public string? Version { get; init; }

    /// <summary>The digest of the values document.</summary>
    public string? ValuesDigest { get; init; }

    /// <summary>Helm's word for the revision's state.</summary>
    public string? Status { get; init; }

    /// <summary>When it was deployed.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? DeployedAt { get; init; }

    /// <summary>Helm's description of the revision.</summary>
    public string? Description { get; init; }
}

public sealed record ReleaseAttempt
{
    /// <summary>The digest of what was tried: chart, version and values.</summary>
    public string? Digest { get; init; }

    /// <summary>The reason that condition HelmReleased has for it.</summary>
    public string? Reason { get; init; }

    /// <summary>What went wrong and what to do.</summary>
    public string? Message { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? At { get; init; }

    /// <summary>How often the same thing was tried in a row.</summary>
    public int? Count { get; init; }
}
