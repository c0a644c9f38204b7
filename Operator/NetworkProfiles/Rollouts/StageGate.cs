using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>Whether the next stage may begin: what runs now must be everywhere, ready, well by the agents' own word, and must have been for a while. Pure.</summary>
internal static class StageGate
{
    private const int MostNodes = 5;

    /// <summary>Answers bring no event.</summary>
    private static readonly TimeSpan s_nextAnswer = TimeSpan.FromSeconds(5);

    /// <param name="stage">The stage that would begin.</param>
    /// <param name="runningVersion">The release's version now.</param>
    /// <param name="rollout">What agents do.</param>
    /// <param name="isMidPath">The running revision is a stage of the same plan.</param>
    /// <param name="isOverruled">A person has said to go on although agents aren't ready.</param>
    /// <param name="seen">What agents have said.</param>
    /// <param name="spec">What is wanted of them.</param>
    /// <param name="limits">How long is long enough.</param>
    /// <returns>What is waited for, and when that may be over without an event; null when the stage may begin.</returns>
    public static Waiting? Of(ReleaseStage stage, string runningVersion, AgentRollout rollout, bool isMidPath, bool isOverruled, NetworkProfileObservation seen, EffectiveSpec spec, RolloutLimits limits)
    {
        if (TooFar(stage, rollout) is { } tooFar)
        {
            return tooFar;
        }

        if (!rollout.Exists || (!stage.NeedsSettledAgents && !isMidPath))
        {
            return null;
        }

        var before = $"before {stage.Name}, Cilium {runningVersion} must run on every node";
        if (!rollout.IsRolled)
        {
            return new Waiting($"{before}: {rollout.Counts}");
        }

        if (isOverruled)
        {
            return null;
        }

        if (!rollout.IsReady || rollout.ReadySince is not { } since)
        {
            return new Waiting($"{before} and be ready: {rollout.Counts}{Names(rollout.Agents.Where(a => !a.Ready && !a.Lost).Select(a => a.Node))}");
        }

        if (AgentsWord.Against(runningVersion, rollout, seen, spec) is { } amiss)
        {
            return new Waiting($"{before} and agents must say that they are well: {amiss}") { LookAgainAfter = s_nextAnswer };
        }

        var left = since + limits.Soak - seen.ObservedAt;
        return left > TimeSpan.Zero ? new Waiting($"{stage.Name} begins when all agents have been ready for {limits.Soak.TotalSeconds:0} s") { LookAgainAfter = left } : null;
    }

    /// <summary>Two agents must never be two minors apart, whatever anybody says.</summary>
    private static Waiting? TooFar(ReleaseStage stage, AgentRollout rollout)
    {
        if (!CiliumVersion.TryParse(stage.Release.Chart.Version, out var to))
        {
            return null;
        }

        var far = rollout.Agents.Where(a => a.Version is not null && !UpgradePath.MayMeet(a.Version, to)).ToList();
        return far.Count == 0
            ? null
            : new Waiting($"agents of {to.MinorName} must not meet those of {string.Join(", ", far.Select(a => a.Version!.MinorName).Distinct())}{Names(far.Select(a => a.Node))}: let them be replaced first, and delete nodes that don't come back");
    }

    private static string Names(IEnumerable<string> nodes)
    {
        var all = nodes.Distinct().Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "" : $" ({string.Join(", ", all.Take(MostNodes))}{(all.Count > MostNodes ? $" and {all.Count - MostNodes} more" : "")})";
    }
}

/// <summary>What the next stage waits for.</summary>
public sealed record Waiting(string Message)
{
    /// <summary>null: an event will tell.</summary>
    public TimeSpan? LookAgainAfter { get; init; }

    /// <summary>Of condition HelmReleased meanwhile.</summary>
    public string Reason { get; init; } = NetworkProfileConditions.HelmReleased.OutOfSync;
}
