using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Migration.NodeByNode;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What a migration writes beside Helm, the nodes' plans and evictions.</summary>
internal enum MigrationAction
{
    None,

    /// <summary>The manifests go to a Secret, which is also the record that a migration is under way.</summary>
    TakeBackup,

    /// <summary>The old network's DaemonSets get a node selector that no node matches.</summary>
    Park,

    /// <summary>The old network's objects are deleted; the record says that the migration has ended.</summary>
    Finish,
}

/// <summary>One step as people see it.</summary>
/// <param name="Name">Unique in a plan; that of a release stage where <see cref="IsRelease"/>.</param>
/// <param name="Because">A clause for people.</param>
/// <param name="Disruption">Of this step alone.</param>
/// <param name="State">Done, Running or Pending.</param>
internal sealed record MigrationStep(string Name, string Because, Disruption Disruption, PlanStepState State)
{
    public int Seconds { get; init; }

    public string? Message { get; init; }

    /// <summary>Helm makes it: its state follows from the release.</summary>
    public bool IsRelease { get; init; }
}

/// <summary>The way from the old network to Cilium and how far it is, told by the API's objects alone. Made by <see cref="MigrationPlanner"/>.</summary>
internal sealed record MigrationPlan
{
    public static readonly MigrationPlan None = new() { Strategy = MigrationStrategy.Overlap };

    public required MigrationStrategy Strategy { get; init; }

    /// <summary>From the first look at an old network until its objects are deleted.</summary>
    public bool IsUnderWay { get; init; }

    public Disruption Disruption { get; init; }

    public IReadOnlyList<MigrationStep> Steps { get; init; } = [];

    /// <summary>Deviations from the spec while both networks run; null when the spec's own values hold.</summary>
    public InterimValues? Interim { get; init; }

    /// <summary>What is done before the next release stage, once nothing blocks and the plan is approved.</summary>
    public MigrationAction Before { get; init; }

    /// <summary>Why helm waits; null when its next stage may begin.</summary>
    public string? HoldsRelease { get; init; }

    /// <summary>Cilium runs on every node, and pods of the old network are still to be moved to it.</summary>
    public bool MovesPods { get; init; }

    /// <summary>Strategy NodeByNode: how far the nodes are; null for the others.</summary>
    public NodeByNodeProgress? Nodes { get; init; }

    /// <summary>Nodes are drained and switched one after the other now.</summary>
    public bool MovesNodes { get; init; }

    /// <summary>Pods are cut off already, so that they are deleted and not evicted.</summary>
    public bool DeletesPods { get; init; }

    /// <summary>The old network isn't needed by any pod: it and kube-proxy may be parked.</summary>
    public bool MayPark { get; init; } = true;

    /// <summary>All that is left is to delete the old network's objects.</summary>
    public bool MayFinish { get; init; }

    public IReadOnlyList<Blocker> Blockers { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
