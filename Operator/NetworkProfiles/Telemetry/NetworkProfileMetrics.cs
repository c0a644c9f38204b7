using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.LeaderElection;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>
/// What is known of profiles, as numbers, read from memory when somebody collects. Only the leader tells: two instances would
/// count everything twice, and one that stands by doesn't judge.
/// </summary>
internal sealed class NetworkProfileMetrics
{
    public const string MeterName = "NetProfile.NetworkProfiles";

    private readonly ConcurrentDictionary<string, ProfileFindings> _findings = new(StringComparer.Ordinal);
    private readonly ClusterCaches _caches;
    private readonly ILeadership _leadership;
    private readonly Meter _meter;

    public NetworkProfileMetrics(ClusterCaches caches, ILeadership leadership, IMeterFactory meters)
    {
        (_caches, _leadership, _meter) = (caches, leadership, meters.Create(MeterName));
        Gauge("netprofile.profile.info", "Always 1; the wanted version and routing mode, and the installed version, are labels.", StatusNumbers.Info);
        Gauge("netprofile.phase", "The phase of a profile: 1 for the present one, 0 for the others.", StatusNumbers.Phases);
        Gauge("netprofile.condition", "Conditions of a profile: 1 for the status that each has, 0 for the others.", ConditionNumbers.Statuses);
        Gauge("netprofile.condition.reason", "Always 1; the reason that each condition has is a label.", ConditionNumbers.Reasons);
        Gauge("netprofile.condition.last_transition.timestamp", "When a condition last changed its status, as Unix time.", ConditionNumbers.Transitions, "s");
        Gauge("netprofile.cluster.nodes", "All nodes of the cluster.", NodeNumbers.All);
        Gauge("netprofile.nodes", "Nodes by state; one node may be in several, as ready and clean.", NodeNumbers.States);
        Gauge("netprofile.node.audits", "Nodes by what their last audit for traces of the previous network said.", NodeNumbers.Audits);
        Gauge("netprofile.node.migrations", "Nodes by where they stand in the migration.", NodeNumbers.Migrations);
        Gauge("netprofile.feature.nodes", "Nodes whose agent reports what is wanted of a feature (reports=\"wanted\"), or something else (reports=\"other\").", StatusNumbers.Features);
        Gauge("netprofile.plan.steps", "Steps of the present plan, by state.", StatusNumbers.Steps);
        Gauge("netprofile.helm.revision", "The deployed revision of the Helm release.", StatusNumbers.Revision);
        Gauge("netprofile.helm.failed_attempts", "How often the same step of helm has failed in a row.", StatusNumbers.FailedAttempts);
        Gauge("netprofile.blockers", "What stands in the way of the next step, by condition and reason.", FindingNumbers.Blockers);
        Gauge("netprofile.warnings", "What deserves a look but stops nothing, by reason.", FindingNumbers.Warnings);
        Gauge("netprofile.pods", "Pods that need the pod network.", FindingNumbers.Pods);
        Gauge("netprofile.unmanaged_pods", "Pods that have their network from something else than Cilium.", FindingNumbers.UnmanagedPods);
        Gauge("netprofile.rollout.agents", "Agents by state: desired; updated, which have the newest settings; ready.", FindingNumbers.Rollout);
        Gauge("netprofile.rollout.frozen", "1 while a roll stands still until a person chooses.", FindingNumbers.Frozen);
    }

    /// <summary>Keeps what the last look at a profile found; called at the end of each reconcile.</summary>
    public void Observed(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NetworkProfilePlan plan) =>
        _findings[profile.Metadata.Uid ?? ""] = ProfileFindings.Of(seen, plan);

    private void Gauge(string name, string description, Func<ProfileView, IEnumerable<Measurement<double>>> numbers, string? unit = null) =>
        _meter.CreateObservableGauge(name, () => Views().SelectMany(numbers), unit, description);

    private IEnumerable<ProfileView> Views()
    {
        if (!_leadership.IsLeader)
        {
            return [];
        }

        var profiles = _caches.Profiles.List();
        foreach (var gone in _findings.Keys.Except(profiles.Select(p => p.Metadata.Uid ?? "")))
        {
            _findings.TryRemove(gone, out _);
        }

        return profiles.Select(p => new ProfileView(p, _findings.GetValueOrDefault(p.Metadata.Uid ?? ""), _caches.NodeNetworks.List()));
    }
}
