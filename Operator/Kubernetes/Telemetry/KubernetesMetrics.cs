using System.Diagnostics.Metrics;
using NetProfile.Kubernetes.LeaderElection;

namespace NetProfile.Kubernetes.Telemetry;

/// <summary>
/// The instruments of the client and of the controllers. Names are those of client-go and controller-runtime once dots are
/// underscores and units are spelt out, so that the field's dashboards and alerts fit (pkg/internal/controller/metrics and
/// pkg/metrics of controller-runtime 0.20).
/// </summary>
public sealed class KubernetesMetrics
{
    public const string MeterName = "NetProfile.Kubernetes";

    private readonly Meter _meter;

    public KubernetesMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        Reconciles = new ReconcileMetrics(_meter);
        Queues = new WorkQueueMetrics(_meter);
        Requests = new RequestMetrics(_meter);
    }

    internal ReconcileMetrics Reconciles { get; }

    internal WorkQueueMetrics Queues { get; }

    internal RequestMetrics Requests { get; }

    /// <summary>Whether this process holds the Lease of this name; called once for each election.</summary>
    internal void Watch(ILeadership leadership, string lease) => _meter.CreateObservableGauge(
        "leader_election_master_status",
        () => new Measurement<int>(leadership.IsLeader ? 1 : 0, new KeyValuePair<string, object?>("name", lease)),
        description: "Whether this process holds the Lease: 1 for the leader, 0 for those that stand by.");
}
