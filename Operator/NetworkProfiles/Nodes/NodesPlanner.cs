using System.Globalization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Tasks;
using PreflightPassed = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PreflightPassed;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// Decides what the nodes need once Flannel itself is gone. Pure and level-triggered: it may be asked at any moment, after any
/// crash, and leads to the same end. The order that makes it so: plans for all nodes, then the agents; a node's annotations go
/// when its audit found nothing, and the agents when no annotation and no unfinished plan is left.
/// </summary>
internal static class NodesPlanner
{
    private const string KubeProxyOwner = "kube-proxy";

    private static readonly string[] s_owners = ["Flannel", "Canal"];

    /// <summary>Nothing to be done but to look.</summary>
    private static readonly NodeNetworkSpec s_inspection = new() { PlanId = "inspection", Tasks = [] };

    /// <summary>A plan that ended well and was found dirty afterwards is given to the node again after this time.</summary>
    private static readonly TimeSpan s_nextRound = TimeSpan.FromMinutes(5);

    public static NodesPlan Plan(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, bool held)
    {
        var plan = seen.ProfileInForce is null ? PlanInForce(profile, spec, seen, held) : NodesPlan.None;

        // A suspended profile changes nothing, not even what is only tidied up.
        return seen.ProfileInForce is not null || spec.Suspend ? plan with { Delete = [], DaemonSetWanted = DaemonSetOf(seen) is not null } : plan;
    }

    private static NodesPlan PlanInForce(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, bool held)
    {
        var nodes = seen.Nodes.ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);
        var orphans = seen.NodeNetworks.Where(n => IsOrphan(n, nodes)).Select(n => n.Metadata.Name!).ToList();
        var objects = seen.NodeNetworks.Where(n => !IsOrphan(n, nodes)).ToDictionary(n => n.Metadata.Name!, StringComparer.Ordinal);

        // A node that was only looked at has nothing to do.
        var networks = objects.Where(n => n.Value.Spec?.Tasks is { Count: > 0 }).ToDictionary(StringComparer.Ordinal);
        if (spec.PreviousCNI.Kind == PreviousCniKind.None)
        {
            return NodesPlan.None with { Delete = orphans };
        }

        var evidence = PreviousCniEvidence.Of(seen);
        var daemonSet = DaemonSetOf(seen);

        // Pods live in it: they are moved first, or their outage has begun.
        var isNeeded = networks.Count == 0 && AbandonedNetwork.IsInUse(seen)
            && (spec.PreviousCNI.Strategy != MigrationStrategy.Recreate || MigrationPlanner.RecordInForce(seen) is not { OutageStartedAt: not null });
        if (isNeeded || evidence.DaemonSets.Count > 0 || EmbeddedFlannel.Running(spec.PreviousCNI.Kind, seen.Nodes) is not null)
        {
            return Inspecting(profile, spec, seen, objects, orphans, daemonSet);
        }

        var plan = CleaningPlan.For(Cleaning(spec, seen, CutsOff(spec, seen)));
        var traced = IsTraced(spec, seen, networks, plan);

        // A verdict counts only within the life of one DaemonSet: before it, Flannel may have come and gone again.
        var stale = traced && daemonSet is null ? networks.Values.Where(NodeProgress.IsClean).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal) : [];
        var progress = seen.Nodes
            .Select(n => NodeProgress.Of(n, stale.Contains(n.Metadata.Name!) ? null : Told(networks.GetValueOrDefault(n.Metadata.Name!), traced ? plan : null), seen.ObservedAt))
            .Where(p => traced || networks.ContainsKey(p.Name) || p.Standing == NodeStanding.Skipped)
            .OrderBy(p => p.Standing).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        if (!traced)
        {
            return new NodesPlan { Stage = networks.Count == 0 ? NodesStage.NotNeeded : NodesStage.Done, Nodes = progress, Delete = orphans };
        }

        var stage = seen.NodeAgent.Image is null ? NodesStage.NoImage : held ? NodesStage.Held : NodesStage.Working;
        var result = new NodesPlan { Stage = stage, Nodes = progress, Disruption = CutsOff(spec, seen) ? Disruption.Outage : Disruption.None, DaemonSetWanted = daemonSet is not null, Blocker = BlockerOf(progress, stage, seen) };
        var ring = new PeerRing(stage == NodesStage.Working ? seen.Nodes : []);
        var probes = stage == NodesStage.Working ? MigrationProbes.Requests(spec, seen) : null;
        return stage != NodesStage.Working ? result : result with
        {
            Delete = [.. orphans, .. stale],
            Apply = [.. seen.Nodes.Where(n => NodeEligibility.Excluded(n) is null)
                .Select(n => Desired(profile, spec, n, stale.Contains(n.Metadata.Name!) ? null : objects.GetValueOrDefault(n.Metadata.Name!), plan, seen, ring, probes))
                .OfType<V1Alpha1NodeNetwork>()],
            DaemonSetWanted = true,
            Forget = [.. seen.Nodes.Where(n => !stale.Contains(n.Metadata.Name!) && networks.TryGetValue(n.Metadata.Name!, out var network) && NodeProgress.IsClean(network))
                .Select(n => (n.Metadata.Name!, PreviousCniEvidence.AnnotationsOf(n))).Where(n => n.Item2.Count > 0)],
        };
    }

    public static V1DaemonSet? DaemonSetOf(NetworkProfileObservation seen) =>
        seen.DaemonSets.FirstOrDefault(d => d.Metadata.Name == NodeAgentManifest.Name && d.Metadata.Namespace == seen.NodeAgent.Namespace && d.Metadata.DeletionTimestamp is null);

    /// <summary>Before anything is touched, agents tell what the nodes are like; while pods are moved, they watch whether pods reach each other.</summary>
    private static NodesPlan Inspecting(
        V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, Dictionary<string, V1Alpha1NodeNetwork> networks, List<string> orphans, V1DaemonSet? daemonSet)
    {
        if (seen.NodeAgent.Image is null || PreviousCniEvidence.Untouchable(spec, seen) is not null)
        {
            return new NodesPlan { Stage = NodesStage.WaitsForFlannel, Delete = orphans, DaemonSetWanted = daemonSet is not null };
        }

        var (ring, probes) = (new PeerRing(seen.Nodes), MigrationProbes.Requests(spec, seen));
        return new NodesPlan
        {
            Stage = NodesStage.Inspecting,
            Delete = orphans,
            Apply = [.. seen.Nodes.Where(n => NodeEligibility.Excluded(n) is null).Select(n => Desired(profile, spec, n, networks.GetValueOrDefault(n.Metadata.Name!), s_inspection, seen, ring, probes)).OfType<V1Alpha1NodeNetwork>()],
            DaemonSetWanted = true,
        };
    }

    private static bool IsTraced(EffectiveSpec spec, NetworkProfileObservation seen, Dictionary<string, V1Alpha1NodeNetwork> networks, NodeNetworkSpec plan) =>
        (MigrationPlanner.RecordInForce(seen) is { FinishedAt: null } && seen.Nodes.Any(n => NodeEligibility.Excluded(n) is null && !IsCleanOf(networks.GetValueOrDefault(n.Metadata.Name!), plan)))
        || (KubeProxyParkedAt(spec, seen) is { } parkedAt && seen.Nodes.Any(n => NodeEligibility.Excluded(n) is null && !(n.Metadata.CreationTimestamp > parkedAt) && !IsCleanOf(networks.GetValueOrDefault(n.Metadata.Name!), plan)))
        || seen.Nodes.Any(n => NodeEligibility.Excluded(n) is null && PreviousCniEvidence.AnnotationsOf(n).Count > 0)
        || seen.Nodes.Any(n => NodeEligibility.Excluded(n) is null && networks.TryGetValue(n.Metadata.Name!, out var network) && !NodeProgress.IsClean(network))
        || (spec.PreviousCNI.Kind == PreviousCniKind.Flannel && networks.Count == 0 && seen.Nodes.Count > 0);

    /// <summary>What a node found while it was only looked at, or did for another plan, says nothing of how far it is with this one.</summary>
    private static V1Alpha1NodeNetwork? Told(V1Alpha1NodeNetwork? network, NodeNetworkSpec? plan) =>
        network is null || plan is null || IsRoundOf(network.Spec?.PlanId, plan.PlanId!) ? network : network with { Spec = plan, Status = network.Status is null ? null : network.Status with { PlanId = null, Audit = null, Results = null } };

    private static bool IsCleanOf(V1Alpha1NodeNetwork? network, NodeNetworkSpec plan) =>
        network is not null && IsRoundOf(network.Spec?.PlanId, plan.PlanId!) && NodeProgress.IsClean(network);

    /// <summary>
    /// When kube-proxy went; null while it hasn't, or when a person parked it. Nodes that came later never had its rules. They do no
    /// harm, so that an operator that can't start agents leaves them.
    /// </summary>
    private static DateTimeOffset? KubeProxyParkedAt(EffectiveSpec spec, NetworkProfileObservation seen) =>
        seen.NodeAgent.Image is not null && KubeProxyPlanner.IsToBeParked(spec) && KubeProxyDaemonSet.Find(seen) is { } kubeProxy && ParkedDaemonSet.IsGone(kubeProxy, seen.Nodes) ? ParkedDaemonSet.ParkedAt(kubeProxy) : null;

    /// <summary>A node that was made anew under its old name has another host's report.</summary>
    internal static bool IsOrphan(V1Alpha1NodeNetwork network, Dictionary<string, V1Node> nodes) =>
        !nodes.TryGetValue(network.Metadata.Name!, out var node)
        || (network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.NodeUidAnnotation) is { } uid && uid != node.Metadata.Uid);

    /// <summary>Recreate takes the old network from living pods, as a part of the installation that a person has approved as an outage; later nothing does.</summary>
    private static bool CutsOff(EffectiveSpec spec, NetworkProfileObservation seen) => spec.PreviousCNI.Strategy == MigrationStrategy.Recreate && seen.DeployedRelease is null;

    private static CleaningRequest Cleaning(EffectiveSpec spec, NetworkProfileObservation seen, bool cutsOff) => new()
    {
        Catalogue = TraceCatalogue.PreviousNetwork,
        Owners = KubeProxyParkedAt(spec, seen) is null ? s_owners : [.. s_owners, KubeProxyOwner],
        EvenIfInUse = cutsOff,
        Backup = spec.PreviousCNI.Backup,
    };

    /// <summary>null when the object is as it should be.</summary>
    internal static V1Alpha1NodeNetwork? Desired(
        V1Alpha1NetworkProfile profile, EffectiveSpec effective, V1Node node, V1Alpha1NodeNetwork? existing, NodeNetworkSpec plan, NetworkProfileObservation seen, PeerRing ring,
        IReadOnlyDictionary<string, ProbeRequest>? probes = null)
    {
        var probe = probes?.GetValueOrDefault(node.Metadata.Name!);
        var planId = Round(existing, plan.PlanId!, seen.ObservedAt);
        var requestedAt = NodeInspectionRequest.StillAsked(existing?.Spec?.Inspection?.RequestedAt, profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation));
        if (existing?.Spec is { } spec && spec.PlanId == planId && spec.Inspection?.RequestedAt == requestedAt && spec.Inspection?.Probe?.Round == probe?.Round)
        {
            return null;
        }

        return new V1Alpha1NodeNetwork
        {
            Metadata = MetadataOf(profile, node, seen.ObservedAt),
            Spec = plan with
            {
                PlanId = planId,
                Inspection = NodeInspectionRequest.For(node.Metadata.Name!, effective, ring, seen.ApiServerEndpoints, requestedAt) with { Probe = probe },
            },
        };
    }

    internal static V1ObjectMeta MetadataOf(V1Alpha1NetworkProfile profile, V1Node node, DateTimeOffset now) => new()
    {
        Name = node.Metadata.Name,
        Labels = new Dictionary<string, string> { [NetworkProfileNames.ManagedByLabel] = NetworkProfileNames.ManagedByValue, [NetworkProfileNames.ProfileLabel] = profile.Metadata.Name! },
        Annotations = new Dictionary<string, string>
        {
            [NetworkProfileNames.NodeUidAnnotation] = node.Metadata.Uid ?? "",
            [NetworkProfileNames.PlannedAtAnnotation] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        },
        OwnerReferences = [new V1OwnerReference { ApiVersion = profile.ApiVersion, Kind = profile.Kind, Name = profile.Metadata.Name!, Uid = profile.Metadata.Uid! }],
    };

    /// <summary>The plan's own id, or with the number of a later round: an agent does not repeat a plan that has ended well.</summary>
    private static string Round(V1Alpha1NodeNetwork? existing, string planId, DateTimeOffset now)
    {
        if (existing?.Spec?.PlanId is not { } present || !IsRoundOf(present, planId) || planId == s_inspection.PlanId)
        {
            return planId;
        }

        var ended = existing.Status?.Results?.Max(r => r.At);
        if (!NodeProgress.IsFinished(existing) || NodeProgress.IsClean(existing) || now - ended < s_nextRound)
        {
            return present;
        }

        _ = int.TryParse(present.AsSpan(Math.Min(present.Length, planId.Length + 1)), out var round);
        return $"{planId}-{Math.Max(round, 1) + 1}";
    }

    private static bool IsRoundOf(string? present, string planId) => present == planId || (present?.StartsWith(planId + "-", StringComparison.Ordinal) ?? false);

    /// <summary>
    /// An agent of Cilium on a node that still has flannel.1 says Ready and passes no packet. A node that is down does not hold the
    /// others back: they are without a network until Cilium comes.
    /// </summary>
    private static Blocker? BlockerOf(List<NodeProgress> progress, NodesStage stage, NetworkProfileObservation seen)
    {
        if (seen.DeployedRelease is not null || seen.NodeAgent.OnlyLooks)
        {
            return null;
        }

        if (stage == NodesStage.NoImage)
        {
            return new Blocker(PreflightPassed.Type, PreflightPassed.WaitingForNodes,
                $"nodes have traces of Flannel and no agent can be started on them, because the operator does not know its own image: set {NodeAgentLaunch.ImageVariable} (its chart does)", NeedsPerson: true);
        }

        var open = progress.Where(p => !p.Down && p.Standing is not (NodeStanding.Clean or NodeStanding.Skipped)).ToList();
        if (open.Count == 0)
        {
            return progress.Exists(p => p.Down) && !progress.Exists(p => p.Standing == NodeStanding.Clean)
                ? new Blocker(PreflightPassed.Type, PreflightPassed.WaitingForNodes, "nothing is heard of any node", NeedsPerson: false)
                : null;
        }

        // The agents try again by themselves, but what they found in use or not theirs mostly needs a person.
        var needsPerson = open.TrueForAll(p => p.Standing is NodeStanding.Failed or NodeStanding.Dirty or NodeStanding.Unreachable);
        return new Blocker(PreflightPassed.Type, PreflightPassed.WaitingForNodes, $"Cilium is installed when the traces of Flannel are gone: {NodesText.Of(progress)}", needsPerson);
    }
}
