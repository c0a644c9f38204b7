using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// What nodes are asked to do when Cilium goes, and how far they are. Which of these plans a node has tells how far the whole is,
/// so that nothing has to be remembered. Pure.
/// </summary>
internal static class CiliumLeftovers
{
    /// <summary>What must not outlive the agents while pods move: it would send everybody, DNS first, to where pods were.</summary>
    private static readonly string[] s_first = ["cilium-cni-conf", "cilium-service-programs", "cilium-service-pins"];

    private const string LinkEntry = "cilium-links";

    /// <summary>Nothing: it takes the place of whatever an agent was told to do before.</summary>
    public static readonly NodeNetworkSpec Idle = new() { PlanId = "idle", Tasks = [] };

    /// <summary>
    /// The way back, first half: new pods go to the old network, those of Cilium go on with what is in the kernel. The old network's
    /// conf first, so that the node is never without one. Services are kube-proxy's again. An overlay that holds the old network's
    /// UDP port goes, too.
    /// </summary>
    public static NodeNetworkSpec Confs(EffectiveSpec spec, MigrationRecord record)
    {
        var tasks = new List<NodeTask> { new RestoreTask { Id = RestoreTask.CniConfs, Entry = RestoreTask.CniConfs, Because = "Cilium has put it aside" } };
        tasks.AddRange(All().Tasks!.Where(task => s_first.Contains(task.Entry)));
        if (spec.Routing.Mode == RoutingMode.Tunnel && spec.Routing.TunnelPort == record.Backend?.Port)
        {
            tasks.AddRange(All().Tasks!.Where(task => task.Entry == LinkEntry).Select(task => task with { Id = "cilium-overlay", Targets = ["cilium_vxlan", "cilium_geneve"] }));
        }

        return CleaningPlan.WithId(new NodeNetworkSpec { Tasks = tasks });
    }

    /// <summary>The way back, second half: all that is left, and what cleanings have kept is put back.</summary>
    public static NodeNetworkSpec AllAndBackups(MigrationRecord record) => CleaningPlan.WithId(new NodeNetworkSpec
    {
        Tasks =
        [
            new RestoreTask { Id = RestoreTask.CniConfs, Entry = RestoreTask.CniConfs, Because = "Cilium has put it aside" },
            .. All().Tasks!,
            // Clocks of nodes differ a little from the API server's.
            new RestoreTask { Id = RestoreTask.Backups, Entry = RestoreTask.Backups, Since = record.StartedAt.AddMinutes(-10), Because = "the old network had it" },
        ],
    });

    /// <summary>All that Cilium leaves, although pods may still use it: their network is gone with the agents.</summary>
    public static NodeNetworkSpec All() => CleaningPlan.For(new CleaningRequest { Catalogue = TraceCatalogue.Cilium, EvenIfInUse = true });

    public static bool Has(V1Alpha1NodeNetwork? network, NodeNetworkSpec work) =>
        network?.Spec?.PlanId is { } present && (present == work.PlanId || present.StartsWith(work.PlanId + "-", StringComparison.Ordinal));

    /// <summary>Every node's object and the agents, for <see cref="NodesExecutor"/>. What the old network left is none of its business.</summary>
    public static NodesPlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NodeNetworkSpec work)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var nodes = seen.Nodes.ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var networks = seen.NodeNetworks.Where(n => !NodesPlanner.IsOrphan(n, nodes)).ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var ring = new PeerRing(seen.Nodes);
        return new NodesPlan
        {
            Stage = seen.NodeAgent.Image is null ? NodesStage.NoImage : NodesStage.Working,
            Nodes = [.. seen.Nodes.Select(n => Progress(n, networks.GetValueOrDefault(n.Metadata.Name!), work, seen.ObservedAt)).OrderBy(p => p.Standing).ThenBy(p => p.Name, StringComparer.Ordinal)],
            Delete = [.. seen.NodeNetworks.Where(n => NodesPlanner.IsOrphan(n, nodes)).Select(n => n.Metadata.Name!)],
            Apply = [.. seen.Nodes.Where(n => NodeEligibility.Excluded(n) is null).Select(n => NodesPlanner.Desired(profile, spec, n, networks.GetValueOrDefault(n.Metadata.Name!), work, seen, ring)).OfType<V1Alpha1NodeNetwork>()],
            DaemonSetWanted = true,
        };
    }

    /// <summary>Objects and agents go: there is no more to do on any node.</summary>
    public static NodesPlan Nothing(NetworkProfileObservation seen) => NodesPlan.None with { Delete = [.. seen.NodeNetworks.Select(n => n.Metadata.Name!)] };

    /// <summary>Clean is as much as done. Only the plan with everything in it is judged by the audit, too.</summary>
    private static NodeProgress Progress(V1Node node, V1Alpha1NodeNetwork? network, NodeNetworkSpec work, DateTimeOffset now)
    {
        var has = Has(network, work);
        var progress = NodeProgress.Of(node, has ? network : null, now);
        if (!has || progress.Standing == NodeStanding.Skipped)
        {
            return progress;
        }

        var ended = work.Tasks!.Count == 0
            ? network!.Status?.ObservedGeneration >= (network.Metadata.Generation ?? 0)
            : NodeProgress.IsFinished(network!) && !IsWhole(work);
        return ended ? progress with { Standing = NodeStanding.Clean, Message = "", Down = false } : progress;
    }

    private static bool IsWhole(NodeNetworkSpec work) => work.Tasks!.Any(task => task.Entry == LinkEntry && task.Targets is null);
}
