using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>What client-go tells of each of its queues.</summary>
internal sealed class WorkQueueMetrics
{
    private readonly ConcurrentDictionary<string, Func<int>> _depths = new(StringComparer.Ordinal);
    private readonly Counter<long> _adds;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _waited;
    private readonly Histogram<double> _worked;

    public WorkQueueMetrics(Meter meter)
    {
        _adds = meter.CreateCounter<long>("workqueue.adds", description: "Keys that were put into the queue.");
        _retries = meter.CreateCounter<long>("workqueue.retries", description: "Keys that came again after a failure.");
        _waited = meter.CreateHistogram("workqueue.queue.duration", "s", "How long keys waited in the queue.", advice: Buckets.Work);
        _worked = meter.CreateHistogram("workqueue.work.duration", "s", "How long keys were worked on.", advice: Buckets.Work);
        meter.CreateObservableGauge("workqueue.depth", () => _depths.Select(q => new Measurement<int>(q.Value(), Name(q.Key))), description: "Keys that wait in the queue.");
    }

    public WorkQueueMeter For(string queue, Func<int> depth)
    {
        _depths[queue] = depth;
        _retries.Add(0, Name(queue));
        return new WorkQueueMeter(this, Name(queue));
    }

    private static KeyValuePair<string, object?> Name(string queue) => new("name", queue);

    internal sealed class WorkQueueMeter(WorkQueueMetrics metrics, KeyValuePair<string, object?> name)
    {
        public void Added() => metrics._adds.Add(1, name);

        public void Retried() => metrics._retries.Add(1, name);

        public void Waited(TimeSpan time) => metrics._waited.Record(time.TotalSeconds, name);

        public void Worked(TimeSpan time) => metrics._worked.Record(time.TotalSeconds, name);
    }
}
