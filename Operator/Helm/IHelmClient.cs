namespace NetProfile.Helm;

/// <summary>
/// The helm CLI, and what can be known of a release without it. Knows nothing of Cilium. Reads come from the release Secrets
/// through the API and start no process; writes are one helm process each. Expected failures are values
/// (<see cref="HelmOutcome"/>), never exceptions.
/// </summary>
public interface IHelmClient
{
    /// <summary>Which helm would be run, or why none can.</summary>
    Task<HelmProgram> GetProgramAsync(CancellationToken cancellationToken);

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
    /// <returns>false when the revision is not pending any more.</returns>
    Task<bool> UnlockAsync(HelmReleaseName release, int revision, CancellationToken cancellationToken);
}
