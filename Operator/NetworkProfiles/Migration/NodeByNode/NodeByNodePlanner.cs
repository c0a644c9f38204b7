using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>
/// Which nodes are at work and what is done on each. One node goes ahead alone; then as many as spec.rollout.maxUnavailable allows, workers
/// before control planes, the operator's own node last. More failures than spec.rollout.failureBudget begin no further node, and
/// what is under way is brought to its end. Pure.
/// </summary>
internal static class NodeByNodePlanner
{
    private const int MostNamed = 5;

    /// <param name="profile">Its annotations count.</param>
    /// <param name="spec">What is asked for.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="isProven">The agents beside the old network are known to work.</param>
    /// <param name="retry">A person wants what failed to be tried again.</param>
    public static NodeByNodePlan Plan(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, bool isProven, bool retry)
    {
        var allowBare = UnmanagedPods.AllowsBare(profile);
        var nodes = NodeSituations.Of(seen, spec, allowBare);
        var progress = ProgressOf(nodes, spec, MigrationProbes.Hindrance(seen), retry);
        var begin = isProven && seen.PodCensus is { Error: null } ? Begin(nodes, spec, progress) : [.. nodes.Where(n => n.IsInProgress).Select(n => n.Name)];
        var steps = nodes.Select(n => NodeStateMachine.Next(n, begin.Contains(n.Name), retry, spec.Rollout.DrainTimeout, allowBare, seen.ObservedAt))
            .Where(s => s.Effect != NodeEffect.None || s.Migration is not null || s.MovesPods).ToList();
        var moving = steps.Where(s => s.MovesPods).Select(s => nodes.First(n => n.Name == s.Node)).ToDictionary(n => n.Name, StringComparer.Ordinal);
        var moves = moving.Count == 0 ? null : Moves(seen, moving, allowBare);
        return new NodeByNodePlan
        {
            Steps = steps,
            Evict = moves?.Now ?? [],
            Waiting = moves is null ? new Dictionary<string, string>() : moving.Values.ToDictionary(n => n.Name, n => WaitingOf(n, moves, allowBare), StringComparer.Ordinal),
            Progress = progress,
        };
    }

    public static NodeByNodeProgress ProgressOf(NetworkProfileObservation seen, EffectiveSpec spec, bool allowBare) =>
        ProgressOf(NodeSituations.Of(seen, spec, allowBare), spec, MigrationProbes.Hindrance(seen), retry: false);

    private static NodeByNodeProgress ProgressOf(IReadOnlyList<NodeSituation> nodes, EffectiveSpec spec, string? hindrance, bool retry)
    {
        var failed = nodes.Where(n => n.State == NodeMigrationState.Failed && !n.IsDown).Select(n => $"{n.Name} ({n.Migration!.Reason})").ToList();
        var progress = new NodeByNodeProgress
        {
            Total = nodes.Count,
            Done = nodes.Count(n => n.State == NodeMigrationState.Done),
            InProgress = nodes.Count(n => n is { IsInProgress: true, IsDown: false }),
            Down = nodes.Count(n => n.IsDown && n.State != NodeMigrationState.Done && !n.IsLeftOut),
            Skipped = [.. nodes.Where(n => n.IsLeftOut).Select(n => n.Name)],
            Bare = [.. nodes.Where(n => n is { State: NodeMigrationState.Pending, IsInProgress: false, IsDown: false, IsSkipped: false, Bare.Count: > 0 }).Select(n => $"{n.Name} ({NodeNames.Join(n.Bare, 3)})")],
            Hindrance = hindrance,
            Failed = failed,
            IsStopped = !retry && failed.Count > spec.Rollout.FailureBudget,
        };
        var mayBegin = !progress.IsStopped && nodes.Any(n => n.MayBegin);
        return progress with { NeedsPerson = progress is { IsDone: false, InProgress: 0 } && nodes.Any(n => !n.IsDown) && !mayBegin, Text = TextOf(progress, nodes, mayBegin) };
    }

    /// <summary>Those that are at work already, and the next ones that may begin.</summary>
    private static HashSet<string> Begin(IReadOnlyList<NodeSituation> nodes, EffectiveSpec spec, NodeByNodeProgress progress)
    {
        var begun = nodes.Where(n => n.IsInProgress).Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        if (progress is { IsStopped: true } or { Hindrance: not null } || !OthersAreWell(nodes))
        {
            return begun;
        }

        var disturbed = nodes.Count(n => n.IsDisturbed);
        var most = progress.Done == 0 ? 1 : Math.Max(1, spec.Rollout.MaxUnavailable.Scale(nodes.Count, roundUp: false));

        // A node that is down takes its place among those that may be, but never the last one.
        var room = Math.Max(disturbed == 0 ? 1 : 0, most - disturbed - progress.Down);
        var pending = nodes.Where(n => n.MayBegin)
            .OrderBy(n => n.IsOwn).ThenBy(n => n.IsControlPlane).ThenBy(n => n.Name.Length).ThenBy(n => n.Name, StringComparer.Ordinal).ToList();
        var isAlone = pending.Count > 0 && (pending[0].IsOwn || pending[0].IsControlPlane);
        var next = isAlone ? (begun.Count == 0 ? pending.Take(1) : []) : pending.TakeWhile(n => !n.IsOwn && !n.IsControlPlane).Take(room);
        begun.UnionWith(next.Select(n => n.Name));
        return begun;
    }

    /// <summary>Agents of nodes that nobody works on: they say whether it is the work that does harm.</summary>
    private static bool OthersAreWell(IReadOnlyList<NodeSituation> nodes) =>
        nodes.Where(n => n is { IsInProgress: false, IsDown: false } && n.State != NodeMigrationState.Failed).All(n => n.IsAgentWell);

    /// <summary>The order and the gates are those of every move of pods; pods of other nodes are only looked at, never moved.</summary>
    private static PodMovePlan Moves(NetworkProfileObservation seen, Dictionary<string, NodeSituation> moving, bool allowBare)
    {
        var census = seen.PodCensus!;
        bool Goes(WorkloadPod pod) => moving.TryGetValue(pod.Node, out var node)
            && (node.State == NodeMigrationState.Cordoned ? NodeStateMachine.LeavesByDrain(pod, allowBare) : NodeStateMachine.IsMadeAnew(pod, allowBare));
        var here = census with
        {
            Unmanaged = [.. census.Unmanaged.Where(Goes)],
            Others = [.. census.Others, .. census.Unmanaged.Where(p => !Goes(p)).Select(p => p with { IsUnmanaged = false })],
        };
        return PodMovePlanner.Plan(here, [], new PodMoveOptions { MayMove = true, AllowBare = allowBare, Nodes = seen.Nodes.Count }, seen.ObservedAt);
    }

    private static string WaitingOf(NodeSituation node, PodMovePlan moves, bool allowBare)
    {
        var left = node.OldPods!.Where(p => node.State != NodeMigrationState.Cordoned || NodeStateMachine.LeavesByDrain(p, allowBare) || p.Owner is null).ToList();
        var owners = left.Select(p => p.Owner?.ToString()).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var reasons = moves.Waiting.Where(w => owners.Any(o => w.StartsWith(o + " ", StringComparison.Ordinal)))
            .Concat(moves.Blocked.Where(b => left.Any(p => b.StartsWith(p.FullName, StringComparison.Ordinal))))
            .Concat(left.Where(p => p is { Owner: null, IsStatic: false } && !allowBare).Select(p => $"nothing would make {p.FullName} again"));
        return Summary.Of([$"still to leave: {NodeNames.Join(left.Select(p => p.FullName), MostNamed)}", .. reasons], MostNamed);
    }

    private static string TextOf(NodeByNodeProgress progress, IReadOnlyList<NodeSituation> nodes, bool mayBegin)
    {
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} nodes done") };
        void Add(IEnumerable<string> names, string what)
        {
            if (names.Any())
            {
                parts.Add($"{what} {NodeNames.Join(names, MostNamed)}");
            }
        }

        Add(nodes.Where(n => n is { IsInProgress: true, IsDown: false }).Select(n => $"{n.Name} ({n.State})"), "at work:");
        Add(progress.Failed, progress.IsStopped ? "no further node is begun, because these failed:" : "failed:");
        if (mayBegin && progress.InProgress == 0 && progress.Hindrance is { } hindrance)
        {
            parts.Add($"no further node is begun at present: {hindrance}");
        }

        Add(progress.Bare, "not begun, because nothing would make these pods again:");
        Add(nodes.Where(n => n.IsDown && n.State != NodeMigrationState.Done && !n.IsLeftOut).Select(n => n.Name), "down:");
        Add(progress.Skipped, $"left out by label {NetworkProfileNames.SkipLabel}, so that the old network stays:");
        return string.Join("; ", parts);
    }
}
