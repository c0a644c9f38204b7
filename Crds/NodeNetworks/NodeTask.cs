using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NodeNetworks;

/// <summary>
/// One thing to be done on a node; which one is told by <c>task</c>. A task only names what the agent's own catalogue already
/// allows: its targets are refused unless the entry lists them or has a pattern that they match.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "task", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(RemoveFilesTask), "RemoveFiles")]
[JsonDerivedType(typeof(DeleteLinksTask), "DeleteLinks")]
[JsonDerivedType(typeof(RemoveRoutesTask), "RemoveRoutes")]
[JsonDerivedType(typeof(RemovePolicyRulesTask), "RemovePolicyRules")]
[JsonDerivedType(typeof(RemoveChainsTask), "RemoveChains")]
[JsonDerivedType(typeof(RemoveNftTablesTask), "RemoveNftTables")]
[JsonDerivedType(typeof(RemoveIpsetsTask), "RemoveIpsets")]
[JsonDerivedType(typeof(ClearVirtualServersTask), "ClearVirtualServers")]
[JsonDerivedType(typeof(DetachProgramsTask), "DetachPrograms")]
[JsonDerivedType(typeof(UnmountTask), "Unmount")]
[JsonDerivedType(typeof(RestoreTask), "Restore")]
public abstract record NodeTask
{
    /// <summary>The task's name, unique in the plan; results refer to it.</summary>
    public required string Id { get; init; }

    /// <summary>The catalogue entry that allows the task.</summary>
    public required string Entry { get; init; }

    /// <summary>What to remove: the entry's own targets, or names that they match. Empty means all of the entry's.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>The pod networks whose routes and rules may be removed, beside those that the node itself shows.</summary>
    public IReadOnlyList<string>? PodCIDRs { get; init; }

    /// <summary>Remove it even while a living pod uses it. Cuts that pod off.</summary>
    public bool? EvenIfInUse { get; init; }

    /// <summary>Restore only: backups on the node that are older than this belong to another migration.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it has to be done.</summary>
    public string? Because { get; init; }
}

/// <summary>Removes files and folders; a symlink is never followed.</summary>
public sealed record RemoveFilesTask : NodeTask;

/// <summary>Deletes network links that are of the entry's kind; a bridge with its ports.</summary>
public sealed record DeleteLinksTask : NodeTask;

/// <summary>Deletes routes of the entry's shape into the pod networks.</summary>
public sealed record RemoveRoutesTask : NodeTask;

/// <summary>Deletes policy routing rules (<c>ip rule</c>).</summary>
public sealed record RemovePolicyRulesTask : NodeTask;

/// <summary>Removes iptables chains, the jumps to them and the entry's bare rules, in every family, backend and table.</summary>
public sealed record RemoveChainsTask : NodeTask;

/// <summary>Deletes nftables tables.</summary>
public sealed record RemoveNftTablesTask : NodeTask;

/// <summary>Destroys ipsets.</summary>
public sealed record RemoveIpsetsTask : NodeTask;

/// <summary>Deletes the IPVS virtual servers whose address is on the entry's link.</summary>
public sealed record ClearVirtualServersTask : NodeTask;

/// <summary>Detaches BPF programs from devices and cgroups.</summary>
public sealed record DetachProgramsTask : NodeTask;

/// <summary>Unmounts a file system.</summary>
public sealed record UnmountTask : NodeTask;

/// <summary>Puts back what was taken away: entry <c>cni-confs</c> the CNI confs that Cilium has put aside, entry <c>backups</c> what cleanings of the previous network have kept on the node.</summary>
public sealed record RestoreTask : NodeTask
{
    public const string CniConfs = "cni-confs";

    public const string Backups = "backups";
}
