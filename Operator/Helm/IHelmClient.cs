using System.Text.Json.Nodes;

namespace NetProfile.Helm;

/// <summary>
/// The helm CLI, and what can be known of a release without it. Knows nothing of Cilium. Reads come from the release Secrets
/// through the API and start no process; writes are one helm process each. Expected failures are values
/// (<see cref="HelmOutcome"/>), never exceptions.
/// </summary>
public interface IHelmClient
{
    /// <summary>All stored revisions, oldest first; empty when there is no release.</summary>
    Task<IReadOnlyList<HelmRelease>> GetHistoryAsync(HelmReleaseName release, CancellationToken cancellationToken);

    /// <summary>Install or upgrade with exactly these values (<c>--reset-values</c>), values on stdin.</summary>
    Task<HelmOutcome> UpgradeInstallAsync(HelmUpgrade request, CancellationToken cancellationToken);

    /// <summary>The rendered manifest (<c>helm template</c>); no cluster access.</summary>
    Task<HelmOutcome> TemplateAsync(HelmUpgrade request, CancellationToken cancellationToken);

    Task<HelmOutcome> RollbackAsync(HelmReleaseName release, int revision, TimeSpan timeout, CancellationToken cancellationToken);

    Task<HelmOutcome> UninstallAsync(HelmReleaseName release, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Brings the chart to a local file, verifies its digest, and caches it by digest.</summary>
    Task<ChartOutcome> FetchChartAsync(HelmChart chart, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a release whose pending-* revision has no living holder usable again: the pending revision's Secret becomes
    /// <c>failed</c> (Flux's unlock). The caller has the proof that the holder is dead.
    /// </summary>
    Task UnlockAsync(HelmReleaseName release, int revision, CancellationToken cancellationToken);
}

public readonly record struct HelmReleaseName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>Repository is an <c>https://</c> index, an <c>oci://</c> reference without the chart's name, or a local folder or file.</summary>
public sealed record HelmChart
{
    public required string Repository { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sha256:…</c> of the packaged chart; null when not pinned.</summary>
    public string? Digest { get; init; }
}

public sealed record LocalChart
{
    public required string Path { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sha256:…</c> of the .tgz, or of the folder's files in order.</summary>
    public required string Digest { get; init; }
}

public sealed record HelmUpgrade
{
    public required HelmReleaseName Release { get; init; }

    public required LocalChart Chart { get; init; }

    public required JsonObject Values { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Stored in the release; the operator's mark (plan digest, holder's identity) that Unmanaged is told by.</summary>
    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Win server-side apply conflicts; only for objects that the release itself owns.</summary>
    public bool ForceConflicts { get; init; }

    public bool TakeOwnership { get; init; }

    public bool CreateNamespace { get; init; }

    public bool DryRunServer { get; init; }

    /// <summary>For <c>helm template</c> only, e.g. "1.35.0".</summary>
    public string? KubeVersion { get; init; }
}

public enum HelmReleaseStatus
{
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

    public DateTimeOffset? LastDeployed { get; init; }

    /// <summary>Labels of the release Secret that are not helm's own.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The user-supplied values of the revision, as given.</summary>
    public required JsonObject Values { get; init; }

    public bool IsPending => Status is HelmReleaseStatus.PendingInstall or HelmReleaseStatus.PendingUpgrade or HelmReleaseStatus.PendingRollback;
}

public enum HelmFailure
{
    None,
    Other,
    HelmMissing,
    HelmTooOld,
    ReleaseNotFound,
    OperationInProgress,
    Timeout,
    ChartNotFound,
    RepositoryUnreachable,
    DigestMismatch,
    InvalidValues,
    OwnershipConflict,
    FieldConflict,
    NamespaceMissing,
    NamespaceTerminating,
    Forbidden,
    KubeVersionTooOld,
    ApiUnreachable,
    Cancelled,
}

/// <summary><see cref="Message"/> is one sentence for a person; <see cref="Output"/> is all that helm said (stdout on success, stderr on failure).</summary>
public sealed record HelmOutcome
{
    public required HelmFailure Failure { get; init; }

    public string Message { get; init; } = "";

    public string Output { get; init; } = "";

    public TimeSpan Duration { get; init; }

    public bool Succeeded => Failure == HelmFailure.None;
}

public sealed record ChartOutcome
{
    public required HelmFailure Failure { get; init; }

    public string Message { get; init; } = "";

    /// <summary>Set when <see cref="Failure"/> is None.</summary>
    public LocalChart? Chart { get; init; }
}
