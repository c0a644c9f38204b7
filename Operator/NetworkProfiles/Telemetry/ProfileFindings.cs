using NetProfile.NetworkProfiles.Preflight;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>What the last look at a profile found and its status doesn't tell in numbers.</summary>
internal sealed record ProfileFindings
{
    public required IReadOnlyList<Blocker> Blockers { get; init; }

    public required IReadOnlyList<PreflightFinding> Warnings { get; init; }

    /// <summary>null when they weren't counted.</summary>
    public required int? Pods { get; init; }

    public required int? UnmanagedPods { get; init; }

    public required AgentCounts? Rollout { get; init; }

    public required bool IsFrozen { get; init; }

    public static ProfileFindings Of(NetworkProfileObservation seen, NetworkProfilePlan plan) => new()
    {
        Blockers = plan.Blockers,
        Warnings = plan.Warnings,
        Pods = seen.PodCensus is { Error: null } census ? census.Pods : null,
        UnmanagedPods = seen.PodCensus is { Error: null } counted ? counted.Unmanaged.Count : null,
        Rollout = AgentCounts.Of(plan.Rollout),
        IsFrozen = plan.Freeze is not null,
    };
}

/// <summary>Agents that there should be, that have the newest settings, and that are ready.</summary>
internal sealed record AgentCounts(int Desired, int Updated, int Ready)
{
    public static AgentCounts? Of(AgentRollout rollout) => rollout.Exists ? new AgentCounts(rollout.Desired, Math.Min(rollout.Updated, rollout.Desired), rollout.Ready) : null;
}
