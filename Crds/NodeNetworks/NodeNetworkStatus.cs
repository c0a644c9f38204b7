using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NodeNetworks;

public sealed record NodeNetworkStatus
{
    /// <summary>The generation of spec that this status answers.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The plan whose results these are.</summary>
    public string? PlanId { get; init; }

    /// <summary>The inspection.requestedAt that the facts answer.</summary>
    public string? InspectedFor { get; init; }

    /// <summary>When the agent looked last and found something new.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>The version of the agent.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>What the node is like.</summary>
    public NodeFacts? Facts { get; init; }

    /// <summary>The verdict of the last read-only audit: NotNeeded, Clean or Dirty.</summary>
    public AuditState? Audit { get; init; }

    /// <summary>What is left of the previous network, or of an earlier Cilium.</summary>
    public IReadOnlyList<Residue>? Residues { get; init; }

    /// <summary>The outcome of each task of the plan.</summary>
    public IReadOnlyList<NodeTaskResult>? Results { get; init; }

    /// <summary>The backup on this node.</summary>
    public NodeBackup? Backup { get; init; }

    /// <summary>Who is reached from here, while that is asked for.</summary>
    public ProbeStatus? Probe { get; init; }

    /// <summary>Where this node stands in the migration. Written by the operator.</summary>
    public NodeMigration? Migration { get; init; }
}

public enum AuditState
{
    NotNeeded,
    Clean,
    Dirty,
}

public sealed record Residue
{
    /// <summary>The catalogue entry that it matches.</summary>
    public string? Id { get; init; }

    /// <summary>What it is: link, route, rule, chain, set, table, file, mount, annotation.</summary>
    public string? Kind { get; init; }

    /// <summary>Where it is, for instance a path, a link's name, or a chain with its table.</summary>
    public string? Where { get; init; }

    /// <summary>What put it there, for instance Flannel, kube-proxy or Cilium.</summary>
    public string? Owner { get; init; }

    /// <summary>What it does to the new network, and what to do about it when it can't be removed.</summary>
    public string? Message { get; init; }
}

public enum NodeTaskState
{
    NotNeeded,
    Pending,
    Done,
    Blocked,
    Failed,
}

public sealed record NodeTaskResult
{
    /// <summary>The task's id.</summary>
    public string? Id { get; init; }

    /// <summary>What came of it. NotNeeded: it was so already. Blocked: a guard or check refused it.</summary>
    public NodeTaskState? State { get; init; }

    /// <summary>What was done, or why not.</summary>
    public string? Message { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? At { get; init; }
}

public sealed record NodeBackup
{
    /// <summary>The folder on the node.</summary>
    public string? Path { get; init; }

    /// <summary>The digest of its manifest.</summary>
    public string? Digest { get; init; }

    /// <summary>When it was taken.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>The number of items in it.</summary>
    public int? Items { get; init; }
}

public enum NodeMigrationState
{
    Pending,
    Cordoned,
    Drained,
    Switched,
    Cleaned,
    Verified,
    Done,
    Failed,
    Skipped,
}

public sealed record NodeMigration
{
    /// <summary>Where the node stands.</summary>
    public NodeMigrationState? State { get; init; }

    /// <summary>Since when.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, for a person.</summary>
    public string? Message { get; init; }

    /// <summary>Whether a person had cordoned the node before; then it stays so.</summary>
    public bool? WasCordoned { get; init; }

    /// <summary>How often this node was tried.</summary>
    public int? Attempts { get; init; }

    /// <summary>The UID of the agent's pod that is replaced for the switch.</summary>
    public string? ReplacedAgent { get; init; }

    /// <summary>When which state was reached, at most 20.</summary>
    public IReadOnlyList<NodeMigrationStep>? History { get; init; }
}

public sealed record NodeMigrationStep
{
    /// <summary>A state that the node was in.</summary>
    public NodeMigrationState? State { get; init; }

    /// <summary>When it was reached.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? At { get; init; }
}
