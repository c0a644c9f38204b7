using System.Globalization;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Uninstall;

/// <summary>
/// Decides what deletionPolicy Uninstall and Purge do next. Pure and level-triggered: agents are on the nodes before the release
/// goes, so that the plan that they have tells, when the release is gone, that there is work left to do. It never waits in silence:
/// the message says for what, and how to go on without it.
/// </summary>
internal static class UninstallPlanner
{
    /// <summary>The value of the approval annotation that lets a network be removed.</summary>
    public const string Approval = "uninstall";

    /// <summary>The same with every definition and object of Cilium's.</summary>
    public const string PurgeApproval = "purge";

    /// <summary>A node of which nothing is heard for so long is left as it is.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int MostNamed = 5;

    public static UninstallPlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, IReadOnlyList<CiliumObjectCount> objects)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var latest = seen.LatestRelease is { Status: not HelmReleaseStatus.Uninstalled } present ? present : null;
        var begun = seen.NodeNetworks.Any(n => CiliumLeftovers.Has(n, CiliumLeftovers.Idle) || CiliumLeftovers.Has(n, CiliumLeftovers.All()));
        if (seen.ProfileInForce is not null || (latest is null && !begun))
        {
            return new UninstallPlan(UninstallAction.Done, "there is nothing to uninstall");
        }

        if (latest is not null && HelmMark.ProfileOf(latest) != HelmMark.LabelValue(profile.Metadata.Name!))
        {
            return new UninstallPlan(UninstallAction.Done, $"Helm release {latest.Release} was not made for this profile and is left as it is");
        }

        if (latest is not null && !IsApproved(profile, spec))
        {
            return Ask(profile, spec, seen, latest, objects);
        }

        return latest is not null ? Release(profile, spec, seen, latest, objects) : Leftovers(profile, spec, seen, objects);
    }

    private static bool IsApproved(V1Alpha1NetworkProfile profile, EffectiveSpec spec) =>
        spec.Approval == ApprovalPolicy.Auto || profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ApprovedPlanAnnotation) == ApprovalOf(spec);

    private static string ApprovalOf(EffectiveSpec spec) => spec.DeletionPolicy == DeletionPolicy.Purge ? PurgeApproval : Approval;

    private static UninstallPlan Ask(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease latest, IReadOnlyList<CiliumObjectCount> objects) => new(
        UninstallAction.Wait,
        $"uninstalling Helm release {latest.Release} leaves {seen.Nodes.Count} nodes without a CNI plugin, and every pod without a network until another one is installed. {Lost(spec, objects)}"
        + $"To go on: kubectl annotate --overwrite networkprofile {profile.Metadata.Name} {NetworkProfileNames.ApprovedPlanAnnotation}={ApprovalOf(spec)}. To keep the network: set spec.deletionPolicy to Retain")
    {
        AwaitsApproval = true,
        LookAgainAfter = NetworkProfilePlanner.BlockedInterval,
    };

    private static UninstallPlan Release(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease latest, IReadOnlyList<CiliumObjectCount> objects)
    {
        if (seen.Holder is PendingHolder.Foreign or PendingHolder.MaybeAlive)
        {
            return new UninstallPlan(UninstallAction.Wait, $"revision {latest.Revision} of Helm release {latest.Release} is pending, and its helm process may still be at work") { LookAgainAfter = TimeSpan.FromSeconds(5) };
        }

        if (KubeProxyDaemonSet.Find(seen) is { } parked && ParkedDaemonSet.IsParked(parked))
        {
            return new UninstallPlan(UninstallAction.UnparkKubeProxy, "kube-proxy comes back before Cilium stops serving in its place");
        }

        NodesPlan? idle = null;
        if (seen.NodeAgent.Image is not null)
        {
            idle = CiliumLeftovers.Plan(profile, seen, CiliumLeftovers.Idle);
            if (WaitedFor(idle, seen) is { Count: > 0 } open)
            {
                return new UninstallPlan(UninstallAction.Wait, $"agents start on the nodes, to take off what Cilium leaves: {Names(open)}") { Nodes = idle };
            }
        }

        return seen.Holder == PendingHolder.Dead
            ? new UninstallPlan(UninstallAction.Unlock, $"revision {latest.Revision} is pending, and the helm that held it is gone") { Nodes = idle }
            : new UninstallPlan(UninstallAction.Uninstall, $"helm uninstalls {latest.Release}; the nodes have no CNI plugin then, and new pods hang until another one is installed. {Lost(spec, objects)}".TrimEnd()) { Nodes = idle };
    }

    private static UninstallPlan Leftovers(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, IReadOnlyList<CiliumObjectCount> objects)
    {
        var all = CiliumLeftovers.All();
        var nodes = CiliumLeftovers.Plan(profile, seen, all);
        var begun = seen.NodeNetworks.Any(n => CiliumLeftovers.Has(n, all));
        if (!begun && AgentsLeft(seen) is { Count: > 0 } agents)
        {
            return new UninstallPlan(UninstallAction.Wait, $"Cilium's agents end: {Summary.Of(agents, most: MostNamed)}");
        }

        if (CiliumTaint.On(seen.Nodes).Count > 0)
        {
            return new UninstallPlan(UninstallAction.RemoveTaints, $"taint {CiliumTaint.Key} goes from the nodes") { Nodes = nodes };
        }

        if (WaitedFor(nodes, seen) is { Count: > 0 } open)
        {
            var stuck = open.TrueForAll(n => n.Standing is NodeStanding.Failed or NodeStanding.Dirty);
            return new UninstallPlan(
                UninstallAction.Wait,
                $"what Cilium left goes from the nodes: {nodes.Count(NodeStanding.Clean)} of {nodes.Nodes.Count} are clean; {Names(open)}"
                + (stuck ? $". To go on without such a node: kubectl label node {open[0].Name} {NetworkProfileNames.SkipLabel}=; to leave all as it is: set spec.deletionPolicy to Retain" : ""))
            {
                Nodes = nodes,
                Fails = stuck,
            };
        }

        if (spec.DeletionPolicy == DeletionPolicy.Purge && objects.Count > 0 && objects.All(o => o.IsLeaving))
        {
            return new UninstallPlan(UninstallAction.Wait, CiliumObjects.LeavingText(objects)) { Nodes = nodes, Fails = objects.Any(o => o.Held.Count > 0) };
        }

        return spec.DeletionPolicy == DeletionPolicy.Purge && objects.Count > 0
            ? new UninstallPlan(UninstallAction.Purge, $"{objects.Count} definitions go with their objects: {string.Join(", ", objects)}") { Nodes = nodes }
            : new UninstallPlan(UninstallAction.TidyUp, Told(nodes)) { Nodes = CiliumLeftovers.Nothing(seen) };
    }

    /// <summary>Nodes that are neither done nor given up. Who is silent for long is down, whatever its kubelet says.</summary>
    private static List<NodeProgress> WaitedFor(NodesPlan nodes, NetworkProfileObservation seen)
    {
        var planned = seen.NodeNetworks.ToDictionary(n => n.Metadata.Name!, n => PlannedAt(n), StringComparer.Ordinal);
        return
        [
            .. nodes.Nodes.Where(n => n.Standing is not (NodeStanding.Clean or NodeStanding.Skipped))
                .Where(n => !(n.Standing == NodeStanding.Unreachable && planned.GetValueOrDefault(n.Name) is { } at && seen.ObservedAt - at > Patience)),
        ];
    }

    private static DateTimeOffset? PlannedAt(V1Alpha1NodeNetwork network) =>
        DateTimeOffset.TryParse(network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.PlannedAtAnnotation), CultureInfo.InvariantCulture, out var at) ? at : null;

    private static List<string> AgentsLeft(NetworkProfileObservation seen)
    {
        var down = seen.Nodes.Where(n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) ?? false).Select(n => n.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. seen.CiliumDaemonSets.Where(d => d.Metadata.Name == ComponentNames.AgentDaemonSet).Select(d => $"DaemonSet {d.Metadata.Namespace}/{d.Metadata.Name}"),
            .. seen.Pods.Where(p => p.Metadata.Labels?.GetValueOrDefault("k8s-app") == "cilium" && p.Spec?.NodeName is { } node && !down.Contains(node)).Select(p => $"pod {p.Metadata.Name} on {p.Spec!.NodeName}"),
        ];
    }

    private static string Lost(EffectiveSpec spec, IReadOnlyList<CiliumObjectCount> objects) => (spec.DeletionPolicy, objects.Count) switch
    {
        (_, 0) => "",
        (DeletionPolicy.Purge, _) => $"With Purge these go for good: {string.Join(", ", objects)}. ",
        _ => $"Cilium's {objects.Count} definitions and their objects stay ({string.Join(", ", objects.Where(o => o.Count > 0).Select(o => o.ToString()).DefaultIfEmpty("none"))}): Purge would take them, too. ",
    };

    private static string Told(NodesPlan nodes)
    {
        var left = nodes.Nodes.Where(n => n.Standing == NodeStanding.Unreachable).Select(n => n.Name).ToList();
        return left.Count == 0 ? "Cilium is gone from every node" : $"Cilium is gone; left as they are, because nothing is heard of them: {Agents.NodeNames.Join(left, MostNamed)}";
    }

    private static string Names(List<NodeProgress> open) => Summary.Of(open.Select(n => n.Message.Length > 0 ? $"{n.Name}: {n.Message}" : n.Name), most: MostNamed);
}
