using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>What is done on the nodes now. Made by <see cref="NodeByNodePlanner"/>, carried out by <see cref="NodeByNodeExecutor"/>.</summary>
internal sealed record NodeByNodePlan
{
    /// <summary>Of nodes on which something is done or told.</summary>
    public required IReadOnlyList<NodeStep> Steps { get; init; }

    /// <summary>Pods that leave now, of all nodes together.</summary>
    public required IReadOnlyList<WorkloadPod> Evict { get; init; }

    /// <summary>By node: what its pods wait for.</summary>
    public required IReadOnlyDictionary<string, string> Waiting { get; init; }

    public required NodeByNodeProgress Progress { get; init; }
}

/// <summary>How far the nodes are, for people and for the steps that come after them.</summary>
internal sealed record NodeByNodeProgress
{
    public required int Total { get; init; }

    public required int Done { get; init; }

    public required int InProgress { get; init; }

    public required int Down { get; init; }

    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>With the reason: "node7 (DrainTimedOut)".</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>More have failed than may: no further node is begun.</summary>
    public required bool IsStopped { get; init; }

    /// <summary>Nodes that aren't begun for their bare pods, with those: "node3 (default/lonely)".</summary>
    public IReadOnlyList<string> Bare { get; init; } = [];

    /// <summary>Why no further node is begun at present; null when nothing speaks against it.</summary>
    public string? Hindrance { get; init; }

    /// <summary>Nodes are left, none is at work, and none may begin: a person has to see to those.</summary>
    public bool NeedsPerson { get; init; }

    public bool HasBegun => Done + InProgress + Failed.Count > 0;

    /// <summary>Every node that can be is switched. One that is down is switched by the final values, when it is back.</summary>
    public bool IsDone => Total > 0 && Done > 0 && Done + Down >= Total;

    public string Text { get; init; } = "";
}
