namespace NetProfile.Crds.NetworkProfiles;

/// <summary>Whether spec, cluster and nodes fit together, finding by finding.</summary>
public sealed record PreflightStatus
{
    /// <summary>How many findings stand in the way.</summary>
    public int? Blockers { get; init; }

    /// <summary>How many deserve a look but stop nothing.</summary>
    public int? Warnings { get; init; }

    /// <summary>The findings, those that stand in the way first; at most 50.</summary>
    public IReadOnlyList<PreflightFindingStatus>? Findings { get; init; }
}

public enum PreflightSeverity
{
    Blocker,
    Warning,
}

public sealed record PreflightFindingStatus
{
    /// <summary>Whether it stands in the way.</summary>
    public PreflightSeverity? Severity { get; init; }

    /// <summary>The condition that a blocker makes False.</summary>
    public string? Condition { get; init; }

    /// <summary>What was found, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong, where, what it means, and what to do.</summary>
    public string? Message { get; init; }
}
