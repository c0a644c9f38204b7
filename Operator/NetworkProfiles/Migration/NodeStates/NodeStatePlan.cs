using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Nodes;
using static NetProfile.Crds.NodeNetworks.NodeMigrationState;

namespace NetProfile.NetworkProfiles.Migration.NodeStates;

/// <summary>
/// Overlap and Recreate go through all nodes at once; what each of them has reached follows from what was read, and is written down
/// for people. Nothing is decided by it. A state says what was proven, and isn't taken back. Pure.
/// </summary>
internal static class NodeStatePlan
{
    public const string ResiduesLeft = "ResiduesLeft";

    private static readonly NodeMigrationState[] s_overlap = [Switched, Drained, Cleaned, Verified, Done];

    private static readonly NodeMigrationState[] s_recreate = [Cleaned, Switched, Drained, Verified, Done];

    /// <returns>By node: what its NodeNetwork is to say. Nodes where it says so already, and those without one, are left out.</returns>
    public static IReadOnlyDictionary<string, NodeMigration> Of(EffectiveSpec spec, NetworkProfileObservation seen, NetworkProfilePlan plan)
    {
        var changed = new Dictionary<string, NodeMigration>(StringComparer.Ordinal);
        if (seen.Migration is not { Direction: Backups.MigrationDirection.Forward, RestoredAt: null, Strategy: not MigrationStrategy.NodeByNode } record || !plan.MayAct)
        {
            return changed;
        }

        var present = seen.NodeNetworks.Where(n => n.Status?.Migration?.State != Done).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        if (present.Count == 0)
        {
            return changed;
        }

        var order = record.Strategy == MigrationStrategy.Recreate ? s_recreate : s_overlap;
        var standings = plan.Nodes.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        var measured = plan.Migration.MayFinish || record.FinishedAt is not null;

        // Nodes that came when all was over have no part in it.
        foreach (var node in NodeSituations.Of(seen, spec).Where(n => present.Contains(n.Name) && !n.IsDown && (record.FinishedAt is null || n.LastProven == order[^3])))
        {
            var standing = standings.GetValueOrDefault(node.Name);
            bool IsProven(NodeMigrationState state) => state switch
            {
                Switched => node.IsAgentReady,
                Drained => node.OldPods is { Count: 0 },
                Cleaned => standing?.Standing == NodeStanding.Clean,
                _ => measured && node.Doubt is null,
            };
            var reached = order.Skip(Array.IndexOf(order, node.LastProven) + 1).TakeWhile(IsProven).ToList();
            var next = node switch
            {
                { IsLeftOut: true } => node.State == Skipped ? null : NodeStateMachine.Reached(node.Migration, Skipped, NodeStateMachine.SkipLabel, "a person has left it out", seen.ObservedAt),
                _ when reached.Count > 0 => reached.Aggregate(node.Migration, (before, state) => NodeStateMachine.Reached(before, state, null, "", seen.ObservedAt)),
                _ when standing is { Standing: NodeStanding.Failed or NodeStanding.Dirty } && node.Migration?.Message != standing.Message =>
                    NodeStateMachine.Reached(node.Migration, Failed, ResiduesLeft, standing.Message, seen.ObservedAt),
                _ => null,
            };
            if (next is not null)
            {
                changed[node.Name] = next;
            }
        }

        return changed;
    }
}
