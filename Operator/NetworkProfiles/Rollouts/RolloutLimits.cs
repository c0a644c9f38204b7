namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>How patient the operator is with a roll of the agents.</summary>
public sealed record RolloutLimits
{
    /// <summary>How long all agents must have been ready before the next stage of a plan begins.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A roll in which no agent was replaced and none became ready for this long has failed.</summary>
    public TimeSpan NoProgress { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How much the clocks of helm and of the API server may differ.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);
}
