using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>BPF programs by name, on devices and cgroups. A program that a pinned link holds goes with its pin.</summary>
public sealed class ProgramHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.Program;

    public Type TaskType => typeof(DetachProgramsTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken) =>
        [.. (await node.Host.Programs.ListAsync(cancellationToken) ?? []).Where(program => query.Wants(program.Name))
            .Select(program => new ProgramTrace(program) { Entry = query.Entry, Where = $"{program.Place} {program.Target}", Detail = program.Name })];

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BackupItem>>([new NoteItem($"program {trace.Where} {trace.Detail}", "the agent loads its programs when it starts") { Entry = trace.Entry.Id }]);

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<ProgramTrace>())
        {
            await node.Host.Programs.DetachAsync(trace.Program, cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new DetachProgramsTask { Id = id, Entry = entry.Id };
}

/// <summary>Mounts of the unified cgroup hierarchy at the entry's place.</summary>
public sealed class MountHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.Mount;

    public Type TaskType => typeof(UnmountTask);

    public Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Trace>>(
            [.. node.Host.Files.Mounts().Where(mount => query.Wants(mount.Path)).Select(mount => new MountTrace(mount)
            {
                Entry = query.Entry,
                Where = mount.Path,
                State = mount.Type == "cgroup2" ? TraceState.Removable : TraceState.NotProven,
                Detail = mount.Type == "cgroup2" ? null : $"it is a {mount.Type}",
            })]);

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BackupItem>>([new NoteItem("mount " + trace.Where, "the agent mounts it when it starts") { Entry = trace.Entry.Id }]);

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces)
        {
            await node.Host.Programs.UnmountAsync(trace.Where, cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new UnmountTask { Id = id, Entry = entry.Id };
}
