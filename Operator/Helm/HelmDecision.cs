namespace NetProfile.Helm;

public enum HelmState
{
    /// <summary>No release, or one that was uninstalled with its history kept.</summary>
    Absent,

    /// <summary>Made by someone else: it has no mark of ours, or another profile's.</summary>
    Unmanaged,

    InSync,
    OutOfSync,

    /// <summary>An operation was begun and not ended; helm refuses every other one until it is cleared.</summary>
    Locked,

    /// <summary>The last operation failed, and there is nothing new to try.</summary>
    Failed,
}

/// <summary>What the release is wanted to be.</summary>
public sealed record HelmDesired
{
    /// <summary>The name of the profile that owns the release.</summary>
    public required string Profile { get; init; }

    public required string ChartName { get; init; }

    public required string ChartVersion { get; init; }

    /// <summary>null: any chart of that version will do.</summary>
    public string? ChartDigest { get; init; }

    /// <summary><see cref="Helm.ValuesDigest.Of"/> of the wanted values.</summary>
    public required string ValuesDigest { get; init; }

    /// <summary>Take a release without a mark for ours.</summary>
    public bool AdoptUnmanaged { get; init; }
}

/// <summary>Where a release stands, from its history alone; pure. <see cref="Because"/> is for people.</summary>
public sealed record HelmDecision
{
    public required HelmState State { get; init; }

    public required string Because { get; init; }

    /// <summary>The newest revision, whatever its status.</summary>
    public HelmRelease? Latest { get; init; }

    /// <summary>The newest revision with status deployed.</summary>
    public HelmRelease? Deployed { get; init; }

    /// <summary>The mark of <see cref="Latest"/>; null when someone else made that revision.</summary>
    public HelmMark? Mark { get; init; }

    /// <summary>For Locked: who began the operation; null when that is not known, and then it may well be alive.</summary>
    public string? Holder => State == HelmState.Locked ? Mark?.Holder : null;

    /// <summary>The revision that the next operation makes.</summary>
    public int NextRevision => (Latest?.Revision ?? 0) + 1;

    public static HelmDecision Decide(IReadOnlyList<HelmRelease> history, HelmDesired desired)
    {
        var latest = history.MaxBy(release => release.Revision);
        var deployed = history.Where(release => release.Status == HelmReleaseStatus.Deployed).MaxBy(release => release.Revision);
        var (state, because) = latest is null ? (HelmState.Absent, "there is no such release") : Judge(latest, desired);
        return new HelmDecision
        {
            State = state,
            Because = because,
            Latest = latest,
            Deployed = deployed,
            Mark = latest is null ? null : HelmMark.Of(latest),
        };
    }

    private static (HelmState State, string Because) Judge(HelmRelease latest, HelmDesired desired)
    {
        var profile = HelmMark.ProfileOf(latest);
        var mark = HelmMark.Of(latest);
        if (latest.Status == HelmReleaseStatus.Uninstalled)
        {
            return (HelmState.Absent, "the release was uninstalled and its history kept");
        }

        if (profile is null ? !desired.AdoptUnmanaged : profile != HelmMark.LabelValue(desired.Profile))
        {
            return (HelmState.Unmanaged, profile is null ? "the release was made by someone else" : $"the release belongs to the NetworkProfile {profile}");
        }

        if (latest.IsPending || latest.Status == HelmReleaseStatus.Uninstalling)
        {
            return (HelmState.Locked, $"revision {latest.Revision} is {StatusWord(latest.Status)}, begun by {mark?.Holder ?? "someone else"}");
        }

        if (Difference(latest, mark, desired) is { } difference)
        {
            return (HelmState.OutOfSync, difference);
        }

        return latest.Status switch
        {
            HelmReleaseStatus.Deployed => (HelmState.InSync, $"revision {latest.Revision} is what is wanted"),
            HelmReleaseStatus.Failed => (HelmState.Failed, $"revision {latest.Revision} failed: {latest.Description}"),
            _ => (HelmState.OutOfSync, $"revision {latest.Revision} is {StatusWord(latest.Status)}"),
        };
    }

    private static string? Difference(HelmRelease latest, HelmMark? mark, HelmDesired desired)
    {
        if (latest.ChartName != desired.ChartName || latest.ChartVersion != desired.ChartVersion)
        {
            return $"the chart is {latest.ChartName} {latest.ChartVersion}, wanted is {desired.ChartName} {desired.ChartVersion}";
        }

        if (desired.ChartDigest is { } digest && mark is { ChartDigest.Length: > 0 } && mark.ChartDigest != HelmMark.LabelValue(digest))
        {
            return $"the chart {desired.ChartName} {desired.ChartVersion} has another digest than the one installed";
        }

        // Our own mark is believed first: helm may have dropped nulls from what it stored.
        if (mark?.ValuesDigest == HelmMark.LabelValue(desired.ValuesDigest) || ValuesDigest.Of(latest.Values) == desired.ValuesDigest)
        {
            return null;
        }

        return mark is null && HelmMark.ProfileOf(latest) is not null
            ? $"someone else made revision {latest.Revision} with other values"
            : $"the values of revision {latest.Revision} differ";
    }

    private static string StatusWord(HelmReleaseStatus status) => status switch
    {
        HelmReleaseStatus.PendingInstall => "pending-install",
        HelmReleaseStatus.PendingUpgrade => "pending-upgrade",
        HelmReleaseStatus.PendingRollback => "pending-rollback",
        _ => status.ToString().ToLowerInvariant(),
    };
}
