using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record PreviousCniSpec
{
    /// <summary>Which CNI plugin the cluster had: found out by evidence (Auto), Flannel, or nothing that should be touched (None).</summary>
    [Schema(AssumedJson = "\"Auto\"")]
    public PreviousCniKind? Kind { get; init; }

    /// <summary>How pods move: both networks side by side, without an outage (Overlap), node by node with cordon and drain (NodeByNode), or clean first (Recreate), which is an outage.</summary>
    [Schema(AssumedJson = "\"Overlap\"")]
    public MigrationStrategy? Strategy { get; init; }

    /// <summary>Whether manifests and node state are kept before anything is removed, so that the old network can be restored.</summary>
    [Schema(AssumedJson = "true")]
    public bool? Backup { get; init; }
}

public sealed record RolloutSpec
{
    /// <summary>How many nodes may be disturbed at once, as a number or a percentage of all nodes.</summary>
    [Schema(AssumedJson = "\"10%\"", Pattern = Patterns.CountOrPercentage, Minimum = 1)]
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Whether, before agents are replaced by other images, these are pulled on every node and, for a newer minor, Cilium's own preflight passes.</summary>
    [Schema(AssumedJson = "true")]
    public bool? PrePull { get; init; }

    /// <summary>How long a node's drain may take.</summary>
    [Schema(AssumedJson = "600", Minimum = 0, Maximum = 86400)]
    public int? DrainTimeoutSeconds { get; init; }

    /// <summary>How many nodes may fail before the rollout stops.</summary>
    [Schema(AssumedJson = "1", Minimum = 0, Maximum = 5000)]
    public int? FailureBudget { get; init; }

    /// <summary>What a failed rollout does: hold everything as it is and ask a person (Freeze), or go back to the last good revision (Rollback).</summary>
    [Schema(AssumedJson = "\"Freeze\"")]
    public FailurePolicy? OnFailure { get; init; }
}
