using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Nodes;

internal enum NodesStage
{
    /// <summary>Nothing in the API speaks of an earlier network, or a person said that there was none.</summary>
    NotNeeded,

    /// <summary>Flannel still runs: its turn comes first.</summary>
    WaitsForFlannel,

    /// <summary>Flannel still runs, and agents look at the nodes: what they find decides what can be done.</summary>
    Inspecting,

    /// <summary>There is work, but something else has to be mended, approved or resumed first.</summary>
    Held,

    /// <summary>The operator does not know its own image, so that it cannot start agents.</summary>
    NoImage,

    /// <summary>Agents are at work, or are about to be.</summary>
    Working,

    /// <summary>All nodes were cleaned and audited.</summary>
    Done,
}

/// <summary>What is to be done about the nodes, and how far they are. Made by <see cref="NodesPlanner"/>, carried out by <see cref="NodesExecutor"/>.</summary>
internal sealed record NodesPlan
{
    public static readonly NodesPlan None = new() { Stage = NodesStage.NotNeeded };

    public required NodesStage Stage { get; init; }

    public IReadOnlyList<NodeProgress> Nodes { get; init; } = [];

    /// <summary>Outage where traces go although living pods use them.</summary>
    public Disruption Disruption { get; init; }

    /// <summary>Objects of nodes that are gone, and of an earlier cleaning: deleted first.</summary>
    public IReadOnlyList<string> Delete { get; init; } = [];

    /// <summary>Created or changed second, so that none is missing when the first agent is done.</summary>
    public IReadOnlyList<V1Alpha1NodeNetwork> Apply { get; init; } = [];

    public bool DaemonSetWanted { get; init; }

    /// <summary>Agents are needed to look at the nodes, whatever the stage.</summary>
    public bool Inspects { get; init; }

    /// <summary>Nodes that are proven clean and still have Flannel's annotations, with their keys.</summary>
    public IReadOnlyList<(string Node, IReadOnlyList<string> Annotations)> Forget { get; init; } = [];

    /// <summary>Keeps Cilium from being installed; null when nothing does.</summary>
    public Blocker? Blocker { get; init; }

    /// <summary>Nothing is left to be cleaned on any node that answers.</summary>
    public bool IsClean => Stage is NodesStage.NotNeeded or NodesStage.Done
        || (Stage is not (NodesStage.WaitsForFlannel or NodesStage.Inspecting) && Nodes.All(n => n.Down || n.Standing is NodeStanding.Clean or NodeStanding.Skipped));

    public int Count(NodeStanding standing) => Nodes.Count(n => n.Standing == standing);
}
