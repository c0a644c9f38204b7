using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace NetProfile.Helm;

/// <summary>Times each call that starts a helm or fetches a chart, and makes it a span. Reads of releases are requests like any other, and not counted here.</summary>
public sealed class MeasuredHelmClient : IHelmClient, IDisposable
{
    public const string MeterName = "NetProfile.Helm";
    public const string SourceName = "NetProfile.Helm";

    private static readonly ActivitySource s_source = new(SourceName);

    private readonly IHelmClient _inner;
    private readonly TimeProvider _clock;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;

    public MeasuredHelmClient(IHelmClient inner, IMeterFactory meters, TimeProvider clock)
    {
        (_inner, _clock) = (inner, clock);
        var meter = meters.Create(MeterName);
        _calls = meter.CreateCounter<long>("netprofile.helm.calls", description: "Calls of helm and fetches of charts, by verb and outcome: success, or why it failed.");
        _duration = meter.CreateHistogram(
            "netprofile.helm.duration",
            "s",
            "How long calls of helm and fetches of charts took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600] });
        foreach (var verb in (ReadOnlySpan<string>)["upgrade", "template", "rollback", "uninstall", "fetch"])
        {
            _calls.Add(0, new("verb", verb), new KeyValuePair<string, object?>("outcome", "success"));
        }
    }

    public Task<HelmProgram> GetProgramAsync(CancellationToken cancellationToken) => _inner.GetProgramAsync(cancellationToken);

    public Task<IReadOnlyList<HelmRelease>> GetHistoryAsync(HelmReleaseName release, CancellationToken cancellationToken) => _inner.GetHistoryAsync(release, cancellationToken);

    public Task<HelmOutcome> UpgradeInstallAsync(HelmUpgrade request, CancellationToken cancellationToken) =>
        MeasureAsync("upgrade", () => _inner.UpgradeInstallAsync(request, cancellationToken), outcome => outcome.Failure);

    public Task<HelmOutcome> TemplateAsync(HelmUpgrade request, CancellationToken cancellationToken) =>
        MeasureAsync("template", () => _inner.TemplateAsync(request, cancellationToken), outcome => outcome.Failure);

    public Task<HelmOutcome> RollbackAsync(HelmReleaseName release, int revision, TimeSpan timeout, CancellationToken cancellationToken) =>
        MeasureAsync("rollback", () => _inner.RollbackAsync(release, revision, timeout, cancellationToken), outcome => outcome.Failure);

    public Task<HelmOutcome> UninstallAsync(HelmReleaseName release, TimeSpan timeout, CancellationToken cancellationToken) =>
        MeasureAsync("uninstall", () => _inner.UninstallAsync(release, timeout, cancellationToken), outcome => outcome.Failure);

    public Task<ChartOutcome> FetchChartAsync(HelmChart chart, CancellationToken cancellationToken) =>
        MeasureAsync("fetch", () => _inner.FetchChartAsync(chart, cancellationToken), outcome => outcome.Failure);

    public Task<bool> UnlockAsync(HelmReleaseName release, int revision, CancellationToken cancellationToken) => _inner.UnlockAsync(release, revision, cancellationToken);

    public void Dispose() => (_inner as IDisposable)?.Dispose();

    private async Task<T> MeasureAsync<T>(string verb, Func<Task<T>> call, Func<T, HelmFailure> failureOf)
    {
        using var span = s_source.StartActivity($"helm {verb}");
        var began = _clock.GetTimestamp();
        var outcome = "exception";
        try
        {
            var result = await call();
            outcome = failureOf(result) is var failure and not HelmFailure.None ? failure.ToString() : "success";
            return result;
        }
        finally
        {
            _calls.Add(1, new("verb", verb), new("outcome", outcome));
            _duration.Record(_clock.GetElapsedTime(began).TotalSeconds, new("verb", verb), new KeyValuePair<string, object?>("outcome", outcome));
            span?.SetTag("netprofile.helm.outcome", outcome);
            if (outcome != "success")
            {
                span?.SetStatus(ActivityStatusCode.Error, outcome);
            }
        }
    }
}
