using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>What is done about one node, beside moving its pods. Every effect may be done again.</summary>
internal enum NodeEffect
{
    None,

    /// <summary>No new pods; a mark in the same write says that a person hadn't done it before.</summary>
    Cordon,

    /// <summary>The label that its CiliumNodeConfig selects, then a new agent, which reads that.</summary>
    Switch,

    /// <summary>Only where the mark is.</summary>
    Uncordon,
}

/// <param name="Node">Its name.</param>
/// <param name="Effect">Done before the state is written, so that a state is never claimed.</param>
/// <param name="Migration">What its NodeNetwork is to say; null when that stays as it is.</param>
internal sealed record NodeStep(string Node, NodeEffect Effect, NodeMigration? Migration)
{
    /// <summary>The agent's pod that is replaced.</summary>
    public string? AgentUid { get; init; }

    /// <summary>Its pods are to leave: which of them, is decided for all nodes together.</summary>
    public bool MovesPods { get; init; }
}
