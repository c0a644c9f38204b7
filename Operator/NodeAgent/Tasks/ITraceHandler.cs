using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>What a handler is asked to look for.</summary>
public sealed record TraceQuery
{
    public required CatalogueEntry Entry { get; init; }

    /// <summary>The entry's targets, or fewer.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public required TraceScope Scope { get; init; }

    public bool EvenIfInUse { get; init; }

    /// <summary>Paths that this cleaning has removed; folders that it emptied are found by them.</summary>
    public IReadOnlyCollection<string> RemovedPaths { get; init; } = [];

    public bool Wants(string name) => NamePattern.IsMatchAny(Targets, name) && !NamePattern.IsMatchAny(Entry.Except, name);
}

/// <summary>
/// One kind of trace: how it is found with its proof, kept, and removed. Looking is read-only and serves inspection, audit, the check
/// before and the check after alike, so that they can't disagree.
/// </summary>
public interface ITraceHandler
{
    TraceKind Kind { get; }

    /// <summary>The task that asks for this kind.</summary>
    Type TaskType { get; }

    Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken);

    /// <summary>What is needed to put the trace back.</summary>
    Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken);

    /// <summary>Removes traces that are removable. Removing again is no error.</summary>
    Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken);

    NodeTask CreateTask(CatalogueEntry entry, string id);
}
