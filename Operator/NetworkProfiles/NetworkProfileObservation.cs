using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Preflight;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// All that one reconcile has read, as it was at one moment. <see cref="NetworkProfilePlanner"/> and
/// <see cref="NetworkProfileReporter"/> decide from this and nothing else. Nothing here means "not yet read".
/// </summary>
public sealed record NetworkProfileObservation
{
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>The older profile that is in force; null when this one is.</summary>
    public required string? ProfileInForce { get; init; }

    public required bool NamespaceExists { get; init; }

    /// <summary>The release's stored revisions, oldest first; empty when there is none.</summary>
    public required IReadOnlyList<HelmRelease> History { get; init; }

    /// <summary>Who is at work on the newest revision; None unless it is pending.</summary>
    public required PendingHolder Holder { get; init; }

    public required ValuesSources ValuesFrom { get; init; }

    /// <summary>For instance 1.35.0, without the leading v.</summary>
    public required string KubernetesVersion { get; init; }

    public required IReadOnlyCollection<V1Node> Nodes { get; init; }

    /// <summary>Every DaemonSet of the cluster: Cilium's, Flannel's, kube-proxy's.</summary>
    public required IReadOnlyCollection<V1DaemonSet> DaemonSets { get; init; }

    /// <summary>Those of the release's namespace.</summary>
    public required IReadOnlyCollection<V1DaemonSet> CiliumDaemonSets { get; init; }

    /// <summary>Cilium's own, in the release's namespace.</summary>
    public required IReadOnlyCollection<V1Deployment> Deployments { get; init; }

    /// <summary>Cilium's own, in the release's namespace.</summary>
    public required IReadOnlyCollection<V1Pod> Pods { get; init; }

    /// <summary>ConfigMap cilium-config; null when there is none.</summary>
    public required IReadOnlyDictionary<string, string>? CiliumConfig { get; init; }

    /// <summary>When cilium-config was written last, as the API has it; null when it doesn't tell.</summary>
    public DateTimeOffset? CiliumConfigChangedAt { get; init; }

    /// <summary>When anybody but helm wrote it last; null when nobody did.</summary>
    public DateTimeOffset? CiliumConfigChangedByHandAt { get; init; }

    /// <summary>What Cilium itself has found wrong with cilium-config.</summary>
    public IReadOnlyList<string> CiliumConfigErrors { get; init; } = [];

    /// <summary>Those that helm made; empty where somebody else makes them, or none are needed.</summary>
    public IReadOnlyList<HubbleCertificate> HubbleCertificates { get; init; } = [];

    /// <summary>What the agents say of themselves.</summary>
    public AgentReports Agents { get; init; } = AgentReports.None;

    /// <summary>The cluster's pods and which of them have their network from Cilium; null when they weren't counted.</summary>
    public PodCensus? PodCensus { get; init; }

    /// <summary>Pods have addresses of an old network of which nothing runs any more; only looked for while Cilium isn't installed.</summary>
    public bool OldPodsLive { get; init; }

    /// <summary>The API servers' own addresses as host:port, sorted; empty when they could not be found.</summary>
    public required IReadOnlyList<string> ApiServerEndpoints { get; init; }

    /// <summary>The cluster's pod network as its installer wrote it down (kubeadm); empty where nothing tells.</summary>
    public required IReadOnlyList<string> ClusterPodCidrs { get; init; }

    /// <summary>What only the preflight reads.</summary>
    public ClusterSurvey Survey { get; init; } = ClusterSurvey.None;

    /// <summary>What else manages the release, for a message; null when nothing does.</summary>
    public required string? ForeignOwner { get; init; }

    /// <summary>What the nodes' agents were asked and have reported.</summary>
    public IReadOnlyCollection<V1Alpha1NodeNetwork> NodeNetworks { get; init; } = [];

    /// <summary>The migration that is under way or was, with the old network's manifests; null when there is none that can be read.</summary>
    public MigrationRecord? Migration { get; init; }

    /// <summary>Why the migration's Secret can't be read; null when it can, or there is none.</summary>
    public string? MigrationProblem { get; init; }

    /// <summary>What is there for a hop of an upgrade only.</summary>
    public HopObservation Hop { get; init; } = HopObservation.None;

    /// <summary>How an agent would be started.</summary>
    public NodeAgentLaunch NodeAgent { get; init; } = new();

    /// <summary>Services that connections are tried to while a network is replaced.</summary>
    public IReadOnlyList<ProbeTarget> ProbedServices { get; init; } = [];

    /// <summary>What Flannel's configuration says while it is there.</summary>
    public PreviousNetwork PreviousNetwork { get; init; } = PreviousNetwork.Unknown;

    public HelmRelease? LatestRelease => History.Count == 0 ? null : History[^1];

    /// <summary>The newest revision that is deployed: what runs, even while a newer one is pending or has failed.</summary>
    public HelmRelease? DeployedRelease => History.LastOrDefault(r => r.Status == HelmReleaseStatus.Deployed);
}

/// <summary>The documents of valuesFrom, in the order in which later ones win, and what could not be read.</summary>
public sealed record ValuesSources
{
    public required IReadOnlyList<RawValues> Documents { get; init; }

    public required IReadOnlyList<Blocker> Errors { get; init; }

    /// <summary>All of them as one, with the spec's own on top.</summary>
    public JsonObject Merged(JsonObject values)
    {
        var raw = new JsonObject();
        foreach (var document in Documents)
        {
            raw.Merge(document.Values);
        }

        raw.Merge(values);
        return raw;
    }
}

public enum PendingHolder
{
    /// <summary>Nothing is pending.</summary>
    None,

    /// <summary>Helm was started by something else than this operator: there can be no proof that it is dead.</summary>
    Foreign,

    /// <summary>One of this operator's instances may still be at work.</summary>
    MaybeAlive,

    /// <summary>Proven: the process that holds the revision is gone.</summary>
    Dead,
}
