using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record PreviousCniSpec
{
    /// <summary>Which CNI plugin the cluster had: found out by evidence (Auto), Flannel, or nothing that should be touched (None).</summary>
    public PreviousCniKind? Kind { get; init; }

    /// <summary>How pods move: both networks side by side, without an outage (Overlap), node by node with cordon and drain (NodeByNode), or clean first (Recreate), which is an outage.</summary>
    public MigrationStrategy? Strategy { get; init; }

    /// <summary>Whether manifests and node state are kept before anything is removed, so that the old network can be restored.</summary>
    public bool? Backup { get; init; }
}

public sealed record RolloutSpec
{
    /// <summary>How many nodes may be disturbed at once, as a number or a percentage of all nodes.</summary>
    [Schema(Pattern = Patterns.CountOrPercentage, Minimum = 1)]
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Whether images are on the nodes before anything is restarted.</summary>
    public bool? PrePull { get; init; }

    /// <summary>How long a node's drain may take.</summary>
    [Schema(Minimum = 0, Maximum = 86400)]
    public int? DrainTimeoutSeconds { get; init; }

    /// <summary>How many nodes may fail before the rollout stops.</summary>
    [Schema(Minimum = 0, Maximum = 5000)]
    public int? FailureBudget { get; init; }

    /// <summary>What a failed rollout does: hold everything as it is and ask a person (Freeze), or go back to the last good revision (Rollback).</summary>
    public FailurePolicy? OnFailure { get; init; }
}
