using System.Text.Json.Nodes;

namespace NetProfile.Helm;

public enum HelmReleaseStatus
{
    /// <summary>Also a revision whose payload cannot be read.</summary>
    Unknown,
    Deployed,
    Uninstalled,
    Superseded,
    Failed,
    Uninstalling,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
}

public sealed record HelmRelease
{
    public required HelmReleaseName Release { get; init; }

    public required int Revision { get; init; }

    public required HelmReleaseStatus Status { get; init; }

    public required string ChartName { get; init; }

    public required string ChartVersion { get; init; }

    public string? AppVersion { get; init; }

    public string? Description { get; init; }

    /// <summary>When the operation that made the revision began.</summary>
    public DateTimeOffset? LastDeployed { get; init; }

    /// <summary>Labels of the release Secret that are not helm's own.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The user-supplied values of the revision, as given.</summary>
    public required JsonObject Values { get; init; }

    public bool IsPending => Status is HelmReleaseStatus.PendingInstall or HelmReleaseStatus.PendingUpgrade or HelmReleaseStatus.PendingRollback;
}
