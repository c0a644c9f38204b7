using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>
/// An old network of which nothing runs any more while pods live in it: k3s was started without its Flannel, rke2's chart was
/// removed, somebody deleted the DaemonSet. What it left in the kernels goes on carrying packets, so that its pods are moved away
/// as from a network that runs, and nodes are cleaned after that. Pure.
/// </summary>
internal static class AbandonedNetwork
{
    /// <summary>Pods still need it. When Cilium runs, its census tells; before that, pods' addresses.</summary>
    public static bool IsInUse(NetworkProfileObservation seen) =>
        HasTracesOnly(seen.DaemonSets, seen.Nodes)
        && (seen.DeployedRelease is null ? seen.OldPodsLive : MigrationPlanner.RecordInForce(seen) is { FinishedAt: null } && seen.PodCensus is not { IsAllManaged: true });

    /// <summary>Nodes still speak of Flannel, and no DaemonSet runs it.</summary>
    public static bool HasTracesOnly(IEnumerable<V1DaemonSet> daemonSets, IEnumerable<V1Node> nodes) =>
        PreviousCniEvidence.WorkloadsOf(daemonSets).Count == 0 && nodes.Any(n => NodeEligibility.Excluded(n) is null && PreviousCniEvidence.AnnotationsOf(n).Count > 0);
}
