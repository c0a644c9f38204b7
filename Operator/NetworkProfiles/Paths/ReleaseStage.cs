using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Paths;

/// <summary>One revision of the release on the way to what is wanted; every one but the last is passed through.</summary>
public sealed record ReleaseStage
{
    /// <summary>Unique in a path and the same at every look: "Upgrade-1.16.19", "Prepare".</summary>
    public required string Name { get; init; }

    /// <summary>A clause for people.</summary>
    public required string Because { get; init; }

    public required DesiredRelease Release { get; init; }

    public required Disruption Disruption { get; init; }

    /// <summary>What a person should know of it; empty for most.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>It begins only when every agent runs what the release has now, is ready, and has been for a while.</summary>
    public bool NeedsSettledAgents { get; init; }

    /// <summary>Secrets that go before helm comes, because the chart keeps what it finds in them.</summary>
    public IReadOnlyList<string> Renews { get; init; } = [];

    /// <summary>The batch in which agents change, where it isn't spec.rollout.maxUnavailable.</summary>
    public bool AllAtOnce { get; init; }
}

/// <summary>The way from the running release to the wanted one; level-triggered: it always begins at what runs now.</summary>
/// <param name="Stages">In order; empty when nothing is left to do.</param>
/// <param name="Refusal">Why there is no way.</param>
public sealed record ReleasePath(IReadOnlyList<ReleaseStage> Stages, string? Refusal)
{
    public static readonly ReleasePath Empty = new([], null);

    public ReleaseStage? Next => Stages.Count == 0 ? null : Stages[0];

    public Disruption Disruption => Stages.Count == 0 ? Disruption.None : Stages.Max(stage => stage.Disruption);

    /// <summary>Backwards over a minor: what a newer minor has written into the API stays, and the rules allow it once only.</summary>
    public bool GoesBack { get; init; }
}
