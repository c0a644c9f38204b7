using System.Diagnostics.Metrics;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>Bounds of histograms, in seconds.</summary>
internal static class Buckets
{
    /// <summary>Of a request: an answer from memory takes milliseconds, a time limit tens of seconds.</summary>
    public static readonly InstrumentAdvice<double> Request = new() { HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60] };

    /// <summary>Of work: a look takes milliseconds, an installation minutes.</summary>
    public static readonly InstrumentAdvice<double> Work = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600] };
}
