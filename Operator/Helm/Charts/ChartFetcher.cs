namespace NetProfile.Helm.Charts;

/// <summary>Brings a chart to a local file: from the cache where that is certain to be right, else from where it lives.</summary>
internal sealed class ChartFetcher(HttpChartRepository repository, OciCharts registry, ChartCache cache)
{
    public async Task<ChartOutcome> FetchAsync(HelmChart chart, CancellationToken cancellationToken)
    {
        try
        {
            var found = IsRemote(chart) ? Cached(chart) ?? await DownloadAsync(chart, cancellationToken) : LocalCharts.Find(chart);
            return IsRemote(chart) || chart.Digest is null || SameDigest(chart.Digest, found.Digest)
                ? new ChartOutcome { Failure = HelmFailure.None, Chart = found }
                : throw Mismatch(chart, found.Digest);
        }
        catch (ChartProblem problem)
        {
            return new ChartOutcome { Failure = problem.Failure, Message = problem.Message };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ChartOutcome { Failure = HelmFailure.Other, Message = $"the chart {chart.Name} {chart.Version} cannot be kept: {e.Message}" };
        }
    }

    /// <exception cref="ChartProblem">The chart is another one than was asked for.</exception>
    public static void Require(HelmChart wanted, ChartMetadata found, string where)
    {
        if (found.Name != wanted.Name || !ChartVersions.AreSame(found.Version, wanted.Version))
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"{where} is the chart {found.Name} {found.Version}, not {wanted.Name} {wanted.Version}");
        }
    }

    private static bool IsRemote(HelmChart chart) => IsOci(chart) || chart.Repository.StartsWith("http://", StringComparison.Ordinal) || chart.Repository.StartsWith("https://", StringComparison.Ordinal);

    private static bool IsOci(HelmChart chart) => chart.Repository.StartsWith("oci://", StringComparison.Ordinal);

    private static bool SameDigest(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static ChartProblem Mismatch(HelmChart chart, string found) =>
        new(HelmFailure.DigestMismatch, $"the chart {chart.Name} {chart.Version} has digest {found}, but {chart.Digest} is pinned");

    private LocalChart? Cached(HelmChart chart)
    {
        var known = cache.DigestOf(chart);
        // What was fetched under this name before satisfies a pin only if it is that; a pin of a manifest's digest is checked by pulling.
        var usable = known is not null && (chart.Digest is null || SameDigest(chart.Digest, known)) && cache.Find(known) is not null;
        return usable ? new LocalChart { Path = cache.Find(known!)!, Version = chart.Version, Digest = known! } : null;
    }

    private async Task<LocalChart> DownloadAsync(HelmChart chart, CancellationToken cancellationToken)
    {
        var (content, manifestDigest) = IsOci(chart) ? await PullAsync(chart, cancellationToken) : (await repository.DownloadAsync(chart, cancellationToken), null);
        var digest = ChartCache.DigestOf(content);
        if (chart.Digest is { } pinned && !SameDigest(pinned, digest) && !SameDigest(pinned, manifestDigest ?? ""))
        {
            throw Mismatch(chart, manifestDigest is null ? digest : $"{digest} (manifest {manifestDigest})");
        }

        ChartMetadata metadata;
        try
        {
            metadata = ChartMetadata.OfArchive(content);
        }
        catch (InvalidDataException e)
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"what {chart.Repository} has as {chart.Name} {chart.Version} is not a packaged chart: {e.Message}", e);
        }

        Require(chart, metadata, $"what {chart.Repository} has as {chart.Name} {chart.Version}");
        return new LocalChart { Path = cache.Store(chart, content), Version = metadata.Version, Digest = digest };
    }

    private async Task<(byte[] Content, string? ManifestDigest)> PullAsync(HelmChart chart, CancellationToken cancellationToken)
    {
        var scratch = cache.CreateScratch();
        try
        {
            return await registry.PullAsync(chart, scratch, cancellationToken);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
