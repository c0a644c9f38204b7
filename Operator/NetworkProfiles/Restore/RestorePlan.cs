using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.NetworkProfiles.Restore;

internal enum RestoreAction
{
    /// <summary>Something is waited for.</summary>
    Wait,

    /// <summary>It can't be done; the person is told, and everything goes on as if it had not been asked for.</summary>
    Refuse,

    /// <summary>From here on there is only the way back.</summary>
    TurnRound,

    /// <summary>A pending revision of Cilium's release whose holder is dead.</summary>
    Unlock,

    /// <summary>Manifests are applied, parked DaemonSets come back.</summary>
    BringBack,

    Uninstall,

    /// <summary>Nobody else takes Cilium's taint and this operator's cordon away.</summary>
    OpenNodes,

    MovePods,

    /// <summary>What Cilium's own operator made of definitions since the migration began.</summary>
    RemoveDefinitions,

    Finish,

    /// <summary>Done: Cilium stays away until spec changes or a person asks for another try.</summary>
    Hold,

    /// <summary>The hold ends.</summary>
    Release,
}

/// <summary>What is done about the way back now. Made by <see cref="RestorePlanner"/>, carried out by <see cref="RestoreReconciler"/>.</summary>
internal sealed record RestorePlan
{
    public required RestoreAction Action { get; init; }

    /// <summary>What is done or waited for, for people.</summary>
    public required string Message { get; init; }

    /// <summary>A person's approval is waited for.</summary>
    public bool AwaitsApproval { get; init; }

    /// <summary>Only a person can end what is waited for.</summary>
    public bool NeedsPerson { get; init; }

    /// <summary>Identifies the way back; what an approval names.</summary>
    public required string Digest { get; init; }

    /// <summary>null: the nodes are left as they are.</summary>
    public NodesPlan? Nodes { get; init; }

    public PodMovePlan? Moves { get; init; }

    public RestoredDefinitions Definitions { get; init; } = RestoredDefinitions.None;

    /// <summary>How many of <see cref="RestoreSteps.All"/> are done.</summary>
    public required int StepsDone { get; init; }
}

/// <summary>The way back in the order in which it is gone, as status.plan shows it.</summary>
internal static class RestoreSteps
{
    public static readonly IReadOnlyList<(string Name, string Because, Disruption Disruption)> All =
    [
        ("TurnRound", "the record of the migration turns to the old network", Disruption.None),
        ("StartAgents", "agents on the nodes stop what they were told to do for Cilium", Disruption.None),
        ("BringBack", "the old network's and kube-proxy's manifests are applied as they were", Disruption.None),
        ("UninstallCilium", "the Helm release goes; running pods keep their network for the time being", Disruption.None),
        ("SwitchNodes", "Cilium's CNI configuration goes from every node, the old network's comes back", Disruption.None),
        ("MovePods", "pods with addresses of Cilium's are restarted into the old network", Disruption.Outage),
        ("CleanNodes", "what Cilium left goes from every node, what was kept there comes back, and an audit proves it", Disruption.None),
        ("Verify", "every pod has an address of the old network", Disruption.None),
        ("RemoveDefinitions", "definitions that came with Cilium go with what it has written; what a person wrote stays with its own", Disruption.None),
    ];
}

/// <summary>What is read for the way back beyond what every reconcile reads.</summary>
internal sealed record RestoreObservation
{
    /// <summary>Recorded, and not there.</summary>
    public required IReadOnlyList<RecordedObject> Missing { get; init; }

    /// <summary>DaemonSets that are there and parked.</summary>
    public required IReadOnlyList<RecordedObject> Parked { get; init; }

    /// <summary>Pods with a network of Cilium's, as the unmanaged ones; null while Cilium itself is still there.</summary>
    public required PodCensus? Pods { get; init; }

    /// <summary>Those of <see cref="Pods"/> that were cut off when their nodes were cleaned: they are deleted and not evicted.</summary>
    public int CutOff { get; init; }

    /// <summary>Young pods on nodes that are up which have no address yet.</summary>
    public IReadOnlyList<string> WithoutAddress { get; init; } = [];

    /// <summary>Only looked for at the end.</summary>
    public RestoredDefinitions Definitions { get; init; } = RestoredDefinitions.None;

    /// <summary>What can't come back, in sentences. Only read when a person has to know.</summary>
    public IReadOnlyList<string> Losses { get; init; } = [];
}
