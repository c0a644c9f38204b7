using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>How often a controller looked at an object, how long that took and how it ended.</summary>
internal sealed class ReconcileMetrics(Meter meter)
{
    public const string Success = "success";
    public const string RequeueAfter = "requeue_after";
    public const string Conflict = "conflict";
    public const string Error = "error";
    public const string TerminalError = "terminal_error";
    public const string Cancelled = "cancelled";

    private static readonly string[] s_results = [Success, RequeueAfter, Conflict, Error, TerminalError, Cancelled];

    private readonly Counter<long> _total = meter.CreateCounter<long>("controller_runtime.reconcile", description: "Reconciles, by how they ended.");
    private readonly Counter<long> _errors = meter.CreateCounter<long>("controller_runtime.reconcile.errors", description: "Reconciles that ended in an unexpected error.");
    private readonly Histogram<double> _time = meter.CreateHistogram("controller_runtime.reconcile.time", "s", "How long reconciles took.", advice: Buckets.Work);
    private readonly UpDownCounter<int> _active = meter.CreateUpDownCounter<int>("controller_runtime.active_workers", description: "Workers that are in a reconcile.");

    /// <summary>A rate needs a zero to start from.</summary>
    public void Begin(string controller)
    {
        foreach (var result in s_results)
        {
            _total.Add(0, new("controller", controller), new("result", result));
        }

        _errors.Add(0, new KeyValuePair<string, object?>("controller", controller));
    }

    public void Started(string controller) => _active.Add(1, new KeyValuePair<string, object?>("controller", controller));

    public void Ended(string controller, string result, TimeSpan took)
    {
        var tag = new KeyValuePair<string, object?>("controller", controller);
        _active.Add(-1, tag);
        _total.Add(1, tag, new("result", result));
        _time.Record(took.TotalSeconds, tag);
        if (result is Error or TerminalError)
        {
            _errors.Add(1, tag);
        }

        Activity.Current?.SetTag("netprofile.result", result);
    }
}
