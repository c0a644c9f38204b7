using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Preflight;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles;

/// <summary>What is to be done next, and why. Made by <see cref="NetworkProfilePlanner"/>, carried out by <see cref="NetworkProfileExecutor"/>.</summary>
public sealed record NetworkProfilePlan
{
    /// <summary>All that stands in the way, at once; nothing is done while there is any.</summary>
    public required IReadOnlyList<Blocker> Blockers { get; init; }

    /// <summary>What deserves a look but stops nothing.</summary>
    public required IReadOnlyList<PreflightFinding> Warnings { get; init; }

    /// <summary>null when the spec cannot be turned into a release.</summary>
    public required DesiredRelease? Desired { get; init; }

    /// <summary>How the stored release compares to <see cref="Desired"/>; null when there is nothing to compare with.</summary>
    public required HelmDecision? Release { get; init; }

    /// <summary>All that is left to do, in order.</summary>
    public required ReleasePath Path { get; init; }

    /// <summary>The stage whose release helm is to make next; null when there is none.</summary>
    public required ReleaseStage? Next { get; init; }

    /// <summary>What <see cref="Next"/> waits for; null when it may begin.</summary>
    public required Waiting? Waiting { get; init; }

    /// <summary>The stage that was made last is everywhere and ready.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>Why nothing goes on until a person has chosen; null when nothing has failed.</summary>
    public Freeze? Freeze { get; init; }

    /// <summary>What is done to the agents' DaemonSet now, beside helm.</summary>
    public RolloutStep RolloutStep { get; init; }

    /// <summary>Why it is held, for its mark.</summary>
    public string? FreezeReason { get; init; }

    /// <summary>How many agents are replaced at once.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>What was pulled or tried for a hop is needed no more.</summary>
    public bool EndsHop { get; init; }

    /// <summary>The release that runs; null when there is none.</summary>
    public HelmRelease? Running { get; init; }

    /// <summary>A person's choice that this plan carries out; null when there is none.</summary>
    public string? Choice { get; init; }

    /// <summary>What the agents do.</summary>
    public required AgentRollout Rollout { get; init; }

    /// <summary>What would be done if nothing stood in the way.</summary>
    public required HelmStep Wanted { get; init; }

    /// <summary>What is done now: <see cref="Wanted"/>, or nothing while it is blocked, suspended, not approved, or waits for its next try.</summary>
    public required HelmStep Step { get; init; }

    /// <summary>The way from the old network, and how far it is.</summary>
    internal MigrationPlan Migration { get; init; } = MigrationPlan.None;

    /// <summary>Nothing blocks, the profile isn't suspended, and the plan needs no approval or has it.</summary>
    internal bool MayAct { get; init; }

    /// <summary>What the nodes need before, and how far they are.</summary>
    internal NodesPlan Nodes { get; init; } = NodesPlan.None;

    public required PlanApproval Approval { get; init; }

    /// <summary>Identifies the whole way and all that it was based on; also while its last stage is on its way to the nodes.</summary>
    public required string? Digest { get; init; }

    public required Disruption Disruption { get; init; }

    /// <summary>When a failed step is tried again; null when none has failed.</summary>
    public required DateTimeOffset? RetryAt { get; init; }

    /// <summary>When to look again although no event has come.</summary>
    public required TimeSpan LookAgainAfter { get; init; }

    public bool IsInSync => Release?.State == HelmState.InSync;
}

/// <summary>Chart and values that the release should have.</summary>
public sealed record DesiredRelease
{
    public required HelmReleaseName Release { get; init; }

    public required HelmChart Chart { get; init; }

    public required JsonObject Values { get; init; }

    public required string ValuesDigest { get; init; }

    /// <summary>Of chart and values together, short enough for a label.</summary>
    public required string Digest { get; init; }

    /// <summary>What the values were made with where spec left it open.</summary>
    public required EffectiveStatus Effective { get; init; }

    public HelmDesired ToHelm(V1Alpha1NetworkProfile profile) => new()
    {
        Profile = profile.Metadata.Name!,
        ChartName = Chart.Name,
        ChartVersion = Chart.Version,
        ChartDigest = Chart.Digest,
        ValuesDigest = ValuesDigest,
    };
}

public enum HelmAction
{
    None,
    Install,
    Upgrade,

    /// <summary>Chart and values of an earlier revision become the newest one.</summary>
    Rollback,

    /// <summary>End the pending revision of a holder that is proven dead; the next look decides what follows.</summary>
    Unlock,

    /// <summary>A DaemonSet pulls what the next stage's nodes run.</summary>
    PullImages,

    /// <summary>Cilium's own preflight is installed as a release of its own.</summary>
    Preflight,

    /// <summary>That release goes; if it went well, that is noted first.</summary>
    EndPreflight,
}

/// <summary><see cref="Because"/> is a clause for people: "values differ from revision 3".</summary>
public sealed record HelmStep(HelmAction Action, string Because)
{
    public static readonly HelmStep None = new(HelmAction.None, "");
}

public enum PlanApproval
{
    /// <summary>There is no plan to approve: the spec is not accepted.</summary>
    NoPlan,
    NothingToDo,
    NotNeeded,
    Approved,
    Awaiting,

    /// <summary>Another plan than this one was approved.</summary>
    Outdated,
}
