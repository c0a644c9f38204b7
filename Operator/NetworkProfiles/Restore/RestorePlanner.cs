using System.Security.Cryptography;
using System.Text;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.KubeProxy;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Uninstall;

namespace NetProfile.NetworkProfiles.Restore;

/// <summary>
/// The way back to the old network. Pure and level-triggered: each step is judged by what there is, so that it may be asked at any
/// moment, after any crash, and after a person's own doing. The order that makes it so: the record turns round first; the old
/// network and kube-proxy come back beside Cilium; then Cilium's release goes, which takes no packet from running pods; then nodes
/// switch their CNI conf, pods are restarted, and only then what carried them is taken away.
/// </summary>
internal static class RestorePlanner
{
    public static RestorePlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RestoreObservation more)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        if (seen.Migration is not { } record)
        {
            return Simple(RestoreAction.Refuse, seen.MigrationProblem ?? "there is no backup of an earlier network: no migration has been begun by this operator, or its Secret was deleted");
        }

        if (!RestoreChoice.IsAsked(profile) && RestoreChoice.IsHeld(profile, seen))
        {
            return PersonsChoice.Of(profile) == NetworkProfileNames.Actions.Retry
                ? Simple(RestoreAction.Release, "another try was asked for", digest: DigestOf(record))
                : Held(profile, seen, record);
        }

        if (record.RestoredAt is not null)
        {
            return Simple(RestoreAction.Refuse, "the old network is back already");
        }

        if (!record.HasManifests)
        {
            return Simple(RestoreAction.Refuse, "no manifests were kept, because spec.previousCNI.backup was false");
        }

        if (record.Direction == MigrationDirection.Forward && NothingToComeBack(spec, seen, record) is { } nothing)
        {
            return Simple(RestoreAction.Refuse, nothing);
        }

        if (seen.NodeAgent.Image is null)
        {
            return Simple(RestoreAction.Refuse, $"no agent can be started on the nodes to take Cilium off them, because the operator does not know its own image: set {NodeAgentLaunch.ImageVariable} (its chart does)");
        }

        if (seen.LatestRelease is { Status: not HelmReleaseStatus.Uninstalled } foreign && HelmMark.ProfileOf(foreign) is null)
        {
            return Simple(RestoreAction.Refuse, $"Helm release {foreign.Release} was not made by this operator: uninstall it yourself (helm uninstall {foreign.Release.Name} -n {foreign.Release.Namespace}), then ask again");
        }

        return record.Direction == MigrationDirection.Forward ? Begin(profile, spec, record, more) : UnderWay(profile, spec, seen, more, record);
    }

    /// <summary>An old network that had gone before the migration began is a person's to bring back; Cilium goes when it is there.</summary>
    private static string? NothingToComeBack(EffectiveSpec spec, NetworkProfileObservation seen, MigrationRecord record) =>
        record.OldNetwork.Any(o => o.Kind == V1DaemonSet.Entity.Kind) || PreviousCniEvidence.Of(seen).Workloads.Count > 0 || EmbeddedFlannel.Running(spec.PreviousCNI.Kind, seen.Nodes) is not null
            ? null
            : "nothing of the old network ran when the migration began, so that no manifest of it was kept: bring it back yourself first (k3s: start every server without --flannel-backend=none, then the agents; rke2: its former cni; else apply Flannel's manifest), then ask again";

    public static string DigestOf(MigrationRecord record) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"restore {record.StartedAt:O} {record.Digest}")))[..12];

    private static RestorePlan Begin(V1Alpha1NetworkProfile profile, EffectiveSpec spec, MigrationRecord record, RestoreObservation more)
    {
        var digest = DigestOf(record);
        var approved = spec.Approval == ApprovalPolicy.Auto || profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ApprovedPlanAnnotation) == digest;
        var losses = string.Join(" ", more.Losses);
        if (spec.Suspend)
        {
            return Simple(RestoreAction.Wait, "spec.suspend is true: nothing is begun before it is false", digest: digest) with { NeedsPerson = true };
        }

        return approved
            ? Simple(RestoreAction.TurnRound, $"the old network comes back. {losses}", digest: digest)
            : Simple(
                RestoreAction.Wait,
                $"bringing the old network back is an outage for the pods while they are restarted. {losses} To go on: kubectl annotate --overwrite networkprofile {profile.Metadata.Name} {NetworkProfileNames.ApprovedPlanAnnotation}={digest}. "
                + $"To stay with Cilium: kubectl annotate networkprofile {profile.Metadata.Name} {NetworkProfileNames.ActionAnnotation}-",
                digest: digest) with
            { AwaitsApproval = true };
    }

    private static RestorePlan UnderWay(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, RestoreObservation more, MigrationRecord record)
    {
        var digest = DigestOf(record);
        var confs = CiliumLeftovers.Confs(spec, record);
        var all = CiliumLeftovers.AllAndBackups(record);
        var last = seen.NodeNetworks.Any(n => CiliumLeftovers.Has(n, all));
        var switching = last || seen.NodeNetworks.Any(n => CiliumLeftovers.Has(n, confs));
        RestorePlan Step(int done, RestoreAction action, string message, NodeNetworkSpec work) =>
            new() { Action = action, Message = message, Digest = digest, StepsDone = done, Nodes = CiliumLeftovers.Plan(profile, seen, work), Definitions = more.Definitions };

        if (spec.Suspend)
        {
            return Simple(RestoreAction.Wait, "spec.suspend is true: the way back stands still", digest: digest, done: 1) with { NeedsPerson = true };
        }

        var present = last ? all : switching ? confs : CiliumLeftovers.Idle;
        if (!switching && Open(CiliumLeftovers.Plan(profile, seen, CiliumLeftovers.Idle)) is { Count: > 0 } silent)
        {
            return Step(1, RestoreAction.Wait, $"agents start on the nodes: {Names(silent)}", CiliumLeftovers.Idle);
        }

        if (more.Missing.Count + more.Parked.Count > 0)
        {
            return Step(2, RestoreAction.BringBack, $"{Summary.Of(more.Missing.Concat(more.Parked).Select(o => o.ToString()), most: 10)} come back", present);
        }

        if (!IsReadyWhereItCan(KubeProxyDaemonSet.Find(seen), seen))
        {
            return Step(2, RestoreAction.Wait, "kube-proxy starts on the nodes again, before Cilium stops serving in its place", present);
        }

        if (seen.LatestRelease is { Status: not HelmReleaseStatus.Uninstalled } release)
        {
            return seen.Holder switch
            {
                PendingHolder.Dead => Step(3, RestoreAction.Unlock, $"revision {release.Revision} is pending, and the helm that held it is gone", present),
                PendingHolder.Foreign or PendingHolder.MaybeAlive => Step(3, RestoreAction.Wait, $"revision {release.Revision} of Helm release {release.Release} is pending, and its helm process may still be at work", present),
                _ => Step(3, RestoreAction.Uninstall, $"helm uninstalls {release.Release}", present),
            };
        }

        if (AgentsLeft(seen) is { Count: > 0 } agents)
        {
            return Step(3, RestoreAction.Wait, $"Cilium's agents end: {Summary.Of(agents, most: 5)}", present);
        }

        if (CiliumTaint.On(seen.Nodes).Count + OperatorCordon.On(seen.Nodes).Count > 0)
        {
            return Step(4, RestoreAction.OpenNodes, "nodes take pods again", switching ? present : confs);
        }

        return last ? Verify(profile, seen, more, all, Step) : Switch(profile, seen, more, confs, all, Step);
    }

    private static RestorePlan Switch(
        V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RestoreObservation more, NodeNetworkSpec confs, NodeNetworkSpec all, Func<int, RestoreAction, string, NodeNetworkSpec, RestorePlan> step)
    {
        var nodes = CiliumLeftovers.Plan(profile, seen, confs);
        if (Open(nodes) is { Count: > 0 } open)
        {
            return step(4, RestoreAction.Wait, $"nodes go back to the old network's CNI configuration: {Names(open)}", confs) with { NeedsPerson = NeedsPerson(open) };
        }

        if (OldNetworkOf(seen).FirstOrDefault(d => !IsReadyWhereItCan(d, seen)) is { } daemonSet)
        {
            return step(5, RestoreAction.Wait, $"DaemonSet {daemonSet.Metadata.Namespace}/{daemonSet.Metadata.Name} gets ready: {daemonSet.Status?.NumberReady ?? 0} of {daemonSet.Status?.DesiredNumberScheduled ?? 0} pods are", confs);
        }

        if (more.Pods is not { Error: null } census)
        {
            return step(5, RestoreAction.Wait, $"pods can't be counted: {more.Pods?.Error ?? "not yet"}", confs);
        }

        var moves = PodMovePlanner.Plan(
            census, profile.Status?.Pods?.Refused, new PodMoveOptions { Mode = more.CutOff > 0 ? PodMoveMode.Delete : PodMoveMode.Evict, MayMove = true, Nodes = seen.Nodes.Count, AllowBare = UnmanagedPods.AllowsBare(profile) }, seen.ObservedAt);
        if (moves.IsDone || moves.OnlyLeft)
        {
            return step(6, RestoreAction.Wait, "what Cilium left goes from the nodes", all);
        }

        var waits = moves.Blocked.Concat(moves.Waiting).ToList();
        return step(5, RestoreAction.MovePods, $"{moves.Unmanaged} pods {(more.CutOff > 0 ? $"have addresses of Cilium's or were cut off when their nodes were cleaned ({more.CutOff}), and are made anew" : "have addresses of Cilium's and are restarted")}{(waits.Count > 0 ? $": {Summary.Of(waits, most: 5)}" : "")}", confs) with
        {
            Moves = moves,
            NeedsPerson = moves.Now.Count == 0 && moves.Blocked.Count > 0 && moves.Waiting.Count == 0,
        };
    }

    private static RestorePlan Verify(
        V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RestoreObservation more, NodeNetworkSpec all, Func<int, RestoreAction, string, NodeNetworkSpec, RestorePlan> step)
    {
        if (Open(CiliumLeftovers.Plan(profile, seen, all)) is { Count: > 0 } open)
        {
            return step(6, RestoreAction.Wait, $"what Cilium left goes from the nodes: {Names(open)}", all) with { NeedsPerson = NeedsPerson(open) };
        }

        if (OldNetworkOf(seen).FirstOrDefault(d => !IsReadyWhereItCan(d, seen)) is { } daemonSet)
        {
            return step(7, RestoreAction.Wait, $"DaemonSet {daemonSet.Metadata.Namespace}/{daemonSet.Metadata.Name} gets ready: {daemonSet.Status?.NumberReady ?? 0} of {daemonSet.Status?.DesiredNumberScheduled ?? 0} pods are", all);
        }

        if (more.WithoutAddress.Count > 0)
        {
            return step(7, RestoreAction.Wait, $"{more.WithoutAddress.Count} pods have no address yet: {Summary.Of(more.WithoutAddress, most: 5)}", all);
        }

        if (more.Definitions is { MayDelete: true, Going: { Count: > 0 } going })
        {
            return going.Any(d => !d.IsLeaving)
                ? step(8, RestoreAction.RemoveDefinitions, $"{going.Count} definitions of Cilium's go with what it has written: {string.Join(", ", going)}", all)
                : step(8, RestoreAction.Wait, CiliumObjects.LeavingText(going), all) with { NeedsPerson = going.Any(d => d.Held.Count > 0) };
        }

        return step(8, RestoreAction.Finish, "the old network is back on every node that answers", all);
    }

    private static RestorePlan Held(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, MigrationRecord record)
    {
        var nodes = CiliumLeftovers.Plan(profile, seen, CiliumLeftovers.AllAndBackups(record));
        var down = nodes.Nodes.Where(n => n.Standing is not (NodeStanding.Clean or NodeStanding.Skipped)).Select(n => n.Name).ToList();

        // Objects are gone once all is done; then nodes have no plan, and none is missing.
        var open = seen.NodeNetworks.Count > 0 && down.Count > 0;
        return new RestorePlan
        {
            Action = RestoreAction.Hold,
            Message = "Restored; Cilium will not be installed again until spec changes or a retry is asked for" + Left(record)
                + (open ? $". Not yet cleaned, because nothing is heard of them: {Agents.NodeNames.Join(down, 5)}" : ""),
            Digest = DigestOf(record),
            StepsDone = RestoreSteps.All.Count,
            Nodes = open ? nodes : CiliumLeftovers.Nothing(seen),
        };
    }

    private static string Left(MigrationRecord record) => record.Annotations.GetValueOrDefault(MigrationAnnotations.DefinitionsLeft) is { Length: > 0 } left
        ? $". Definitions of Cilium's that are left: {left.Replace(",", ", ", StringComparison.Ordinal)}; when nobody needs their objects: kubectl delete crd {left.Replace(',', ' ')}"
        : "";

    /// <summary>Nodes that are not done and can be waited for. One that is down is counted, and done when it is back.</summary>
    private static List<NodeProgress> Open(NodesPlan nodes) => [.. nodes.Nodes.Where(n => !n.Down && n.Standing is not (NodeStanding.Clean or NodeStanding.Skipped))];

    private static bool NeedsPerson(List<NodeProgress> open) => open.TrueForAll(n => n.Standing is NodeStanding.Failed or NodeStanding.Dirty or NodeStanding.Unreachable);

    private static string Names(List<NodeProgress> open) => Summary.Of(open.Select(n => n.Message.Length > 0 ? $"{n.Name}: {n.Message}" : n.Name), most: 5);

    private static IEnumerable<V1DaemonSet> OldNetworkOf(NetworkProfileObservation seen) =>
        seen.DaemonSets.Where(d => seen.Migration!.OldNetwork.Any(o => o.Kind == V1DaemonSet.Entity.Kind && o.Namespace == d.Metadata.Namespace && o.Name == d.Metadata.Name));

    /// <summary>Ready on all nodes but those that are down.</summary>
    private static bool IsReadyWhereItCan(V1DaemonSet? daemonSet, NetworkProfileObservation seen) =>
        daemonSet is null
        || (daemonSet.Status?.ObservedGeneration >= (daemonSet.Metadata.Generation ?? 0)
            && daemonSet.Status is { DesiredNumberScheduled: > 0 } status && (status.NumberReady ?? 0) + seen.Nodes.Count(IsDown) >= status.DesiredNumberScheduled);

    /// <summary>Agents on nodes that are up; those of the others can't end.</summary>
    private static List<string> AgentsLeft(NetworkProfileObservation seen)
    {
        var down = seen.Nodes.Where(IsDown).Select(n => n.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. seen.CiliumDaemonSets.Where(d => d.Metadata.Name == ComponentNames.AgentDaemonSet).Select(d => $"DaemonSet {d.Metadata.Namespace}/{d.Metadata.Name}"),
            .. seen.Pods.Where(p => p.Metadata.Labels?.GetValueOrDefault("k8s-app") == "cilium" && p.Spec?.NodeName is { } node && !down.Contains(node)).Select(p => $"pod {p.Metadata.Name} on {p.Spec!.NodeName}"),
        ];
    }

    private static bool IsDown(V1Node node) => node.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) ?? false;

    private static RestorePlan Simple(RestoreAction action, string message, string digest = "", int done = 0) => new() { Action = action, Message = message, Digest = digest, StepsDone = done };
}
