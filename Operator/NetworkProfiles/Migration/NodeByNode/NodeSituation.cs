using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>All that one node's next step follows from.</summary>
internal sealed record NodeSituation
{
    public required V1Node Node { get; init; }

    /// <summary>Where it stands by its NodeNetwork; null before anything was done with it.</summary>
    public required NodeMigration? Migration { get; init; }

    /// <summary>Nothing is heard of its kubelet.</summary>
    public required bool IsDown { get; init; }

    /// <summary>A person has put the label on it that leaves it out.</summary>
    public required bool IsSkipped { get; init; }

    public required bool IsControlPlane { get; init; }

    /// <summary>The operator itself runs there.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>The UID of the agent's pod there; null when there is none or more than one.</summary>
    public required string? AgentUid { get; init; }

    /// <summary>That pod is ready and not on its way out.</summary>
    public required bool IsAgentReady { get; init; }

    /// <summary>By its agent's own word.</summary>
    public required bool IsAgentWell { get; init; }

    /// <summary>Its pods that the old network serves; null when they weren't counted since the node's state was reached.</summary>
    public required IReadOnlyList<WorkloadPod>? OldPods { get; init; }

    /// <summary>Its pods that nothing would make again and that may not go, whenever they were counted.</summary>
    public IReadOnlyList<string> Bare { get; init; } = [];

    /// <summary>No other node could take its pods in: a drain would never end.</summary>
    public bool IsOnly { get; init; }

    /// <summary>Why the new network isn't proven to work on it; null when it is.</summary>
    public required string? Doubt { get; init; }

    public string Name => Node.Metadata.Name!;

    public NodeMigrationState State => Migration?.State ?? NodeMigrationState.Pending;

    /// <summary>What it had reached before it failed or was left out.</summary>
    public NodeMigrationState LastProven =>
        Migration?.History?.LastOrDefault(h => h.State is not (NodeMigrationState.Failed or NodeMigrationState.Skipped or NodeMigrationState.Pending))?.State ?? NodeMigrationState.Pending;

    public bool IsCordoned => Node.Spec?.Unschedulable == true;

    /// <summary>Cordoned by this operator, whether or not its NodeNetwork says so yet.</summary>
    public bool IsCordonedByUs => Node.Metadata.Annotations?.ContainsKey(NetworkProfileNames.CordonedAnnotation) == true;

    public bool IsSwitchedByLabel => Node.Metadata.Labels?.GetValueOrDefault(NetworkProfileNames.MigratedLabel) == NetworkProfileNames.MigratedValue;

    /// <summary>A person has left it out, and it isn't too late for that.</summary>
    public bool IsLeftOut => IsSkipped && !IsPastSwitch;

    /// <summary>Nothing but its turn is missing.</summary>
    public bool MayBegin => State == NodeMigrationState.Pending && !IsInProgress && !IsDown && !IsSkipped && Bare.Count == 0;

    /// <summary>Work on it has begun and not ended.</summary>
    public bool IsInProgress => State is NodeMigrationState.Cordoned or NodeMigrationState.Drained or NodeMigrationState.Switched or NodeMigrationState.Cleaned or NodeMigrationState.Verified
        || (State == NodeMigrationState.Pending && IsCordonedByUs);

    /// <summary>It is not at its workloads' disposal because of this migration.</summary>
    public bool IsDisturbed => IsInProgress || (State == NodeMigrationState.Failed && IsCordonedByUs);

    /// <summary>Its CNI configuration may be the new one already, so that there is no leaving it out any more.</summary>
    public bool IsPastSwitch => State is NodeMigrationState.Drained or NodeMigrationState.Switched or NodeMigrationState.Cleaned or NodeMigrationState.Verified or NodeMigrationState.Done
        || (State == NodeMigrationState.Failed && IsSwitchedByLabel);
}
