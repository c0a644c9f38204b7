using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Pods;

public enum PodMoveMode
{
    /// <summary>By the Eviction API, which honours PodDisruptionBudgets, and no faster than owners keep their pods ready.</summary>
    Evict,

    /// <summary>All at once, when the old network is gone and every one of its pods is cut off anyway.</summary>
    Delete,
}

/// <summary>How pods that the old network serves are moved to Cilium: restarted, so that their network is set up by Cilium.</summary>
public sealed record PodMoveOptions
{
    public PodMoveMode Mode { get; init; }

    /// <summary>Whether pods may be touched at present.</summary>
    public required bool MayMove { get; init; }

    /// <summary>Why they may not be, as a clause for people; null where that goes without saying.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Pods that nothing would make again are deleted, too.</summary>
    public bool AllowBare { get; init; }

    /// <summary>The size of the cluster, which bounds how many pods are in flight.</summary>
    public required int Nodes { get; init; }
}

/// <summary>What is done about pods of the old network now, what waits, and for what. Made by <see cref="PodMovePlanner"/>.</summary>
public sealed record PodMovePlan
{
    public required PodMoveOptions Options { get; init; }

    /// <summary>To be moved at once; empty while nothing may be.</summary>
    public required IReadOnlyList<WorkloadPod> Now { get; init; }

    /// <summary>Owners whose pods wait their turn, with the reason: "StatefulSet default/db (2 pods): waits until default/db-2 is ready".</summary>
    public required IReadOnlyList<string> Waiting { get; init; }

    /// <summary>Owners whose pods can't be moved, by whom, and what to do.</summary>
    public required IReadOnlyList<string> Blocked { get; init; }

    /// <summary>Pods that are left alone: bare ones that may not be deleted, and static ones.</summary>
    public required IReadOnlyList<WorkloadPod> Left { get; init; }

    /// <summary>Pods that are still served by the old network, <see cref="Left"/> among them.</summary>
    public required int Unmanaged { get; init; }

    /// <summary>Refusals that still hold, for the status.</summary>
    public required IReadOnlyList<RefusedPod> Refused { get; init; }

    /// <summary>Of <see cref="Now"/> those that were not refused before.</summary>
    public IEnumerable<WorkloadPod> New => Now.Where(p => !Refused.Any(r => r.Owner is null ? r.Pod == p.FullName : r.Owner == p.Owner?.ToString()));

    /// <summary>No pod is served by the old network any more.</summary>
    public bool IsDone => Unmanaged == 0;

    /// <summary>Only such pods are left that a person has to see to.</summary>
    public bool OnlyLeft => Unmanaged > 0 && Unmanaged == Left.Count;
}
