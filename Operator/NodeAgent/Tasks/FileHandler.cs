using System.Text;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Files and folders. A symlink in the way, or as the thing itself, stops it; a mount below a folder too.</summary>
public sealed class FileHandler : ITraceHandler
{
    /// <summary>How far a file is searched for what proves whose it is: plugins are programs of some megabytes.</summary>
    private const int ProofLimit = 16 * 1024 * 1024;

    public TraceKind Kind => TraceKind.File;

    public Type TaskType => typeof(RemoveFilesTask);

    public Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var traces = new List<Trace>();
        foreach (var path in query.Targets.SelectMany(target => Expand(target, node.Host.Files)).Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node.Host.Files.Stat(path) is { } file)
            {
                traces.AddRange(Judge(file, query, node, traces));
            }
        }

        return Task.FromResult<IReadOnlyList<Trace>>(traces);
    }

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var items = new List<BackupItem>();
        foreach (var file in FileTree.TopDown(((FileTrace)trace).File, node.Host.Files))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isPin = file.Path.StartsWith("/sys/fs/bpf/", StringComparison.Ordinal);
            var stored = file.Type == HostFileType.File && !isPin ? blobs.Store(file) : null;
            items.Add(new FileItem(file.Path, file.Type, file.Mode, file.UserId, file.GroupId, file.ModifiedAt, file.Size)
            {
                Entry = trace.Entry.Id,
                LinkTarget = file.LinkTarget,
                Blob = stored?.Blob,
                Sha256 = stored?.Sha256,
            });
        }

        return Task.FromResult<IReadOnlyList<BackupItem>>(items);
    }

    public Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<FileTrace>())
        {
            foreach (var file in FileTree.BottomUp(trace.File, node.Host.Files))
            {
                cancellationToken.ThrowIfCancellationRequested();
                node.Host.Files.Delete(file.Path);
            }
        }

        return Task.CompletedTask;
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemoveFilesTask { Id = id, Entry = entry.Id };

    private static IEnumerable<string> Expand(string target, IHostFiles files)
    {
        if (!NamePattern.IsPattern(target))
        {
            return [target];
        }

        var parent = target[..target.LastIndexOf('/')];
        return files.List(parent).Where(path => NamePattern.IsMatch(target, path));
    }

    private static List<Trace> Judge(HostFileInfo file, TraceQuery query, NodeView node, List<Trace> before)
    {
        var entry = query.Entry;
        if (Refusal(file, query, node) is { } refusal)
        {
            return [new FileTrace(file) { Entry = entry, Where = file.Path, State = TraceState.NotProven, Detail = refusal }];
        }

        if (entry.OnlyIfEmpty)
        {
            var emptied = query.RemovedPaths.Any(path => path.StartsWith(file.Path + "/", StringComparison.Ordinal));
            return emptied && node.Host.Files.List(file.Path).All(child => before.Exists(trace => trace.Where == child)) ? [new FileTrace(file) { Entry = entry, Where = file.Path }] : [];
        }

        if (entry.NamedAfterContainer)
        {
            return Members(file, query, node);
        }

        var pods = query.Scope.LivingPods;
        return entry.UsedByPods && pods.Count > 0 && !query.EvenIfInUse
            ? [new FileTrace(file) { Entry = entry, Where = file.Path, State = TraceState.InUse, Detail = $"pods of the old network live here: {Few(pods)}" }]
            : [new FileTrace(file) { Entry = entry, Where = file.Path }];
    }

    private static string? Refusal(HostFileInfo file, TraceQuery query, NodeView node)
    {
        var entry = query.Entry;
        var resolved = node.Host.Files.Resolve(file.Path);
        if (resolved is null || !FileTree.IsSamePlace(file.Path, resolved))
        {
            return $"a symlink leads to {resolved}";
        }

        if (file.Type == HostFileType.Symlink)
        {
            return $"it is a symlink to {file.LinkTarget}";
        }

        var folder = entry.Tree || entry.Members.Count > 0 || entry.OnlyIfEmpty;
        var pin = file.Path.StartsWith("/sys/fs/bpf/tc/", StringComparison.Ordinal);
        if (!pin && folder != (file.Type == HostFileType.Directory))
        {
            return folder ? "it isn't a folder" : "it isn't a file";
        }

        if (folder && node.Host.Files.Mounts().FirstOrDefault(mount => mount.Path == file.Path || mount.Path.StartsWith(file.Path + "/", StringComparison.Ordinal)) is { } mount)
        {
            return $"something is mounted on {mount.Path}";
        }

        if (entry.MustContain.Count > 0)
        {
            var content = node.Host.Files.Read(file.Path, ProofLimit);
            if (!entry.MustContain.Any(proof => content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(proof)) >= 0))
            {
                return $"its content isn't {entry.Owner}'s";
            }
        }

        return null;
    }

    /// <summary>Files named after a container, one by one; the folder of a tree too when they all go.</summary>
    private static List<Trace> Members(HostFileInfo folder, TraceQuery query, NodeView node)
    {
        var entry = query.Entry;
        var patterns = entry.Members.SelectMany(member => query.Scope.NetworkNames.Select(name => member.Replace("{network}", name, StringComparison.Ordinal))).ToList();
        var traces = new List<Trace>();
        var alive = 0;
        var members = node.Host.Files.List(folder.Path);
        foreach (var path in members)
        {
            var name = path[(folder.Path.Length + 1)..];
            if ((patterns.Count > 0 && !NamePattern.IsMatchAny(patterns, name)) || node.Host.Files.Stat(path) is not { Type: HostFileType.File } file)
            {
                continue;
            }

            var id = name.Split('-').FirstOrDefault(HostProcesses.IsContainerId);
            if (id is null || !node.LivingContainers.Contains(id) || query.EvenIfInUse)
            {
                traces.Add(new FileTrace(file) { Entry = entry, Where = path });
            }
            else
            {
                alive++;
                if (!entry.MayBeOthers)
                {
                    traces.Add(new FileTrace(file) { Entry = entry, Where = path, State = TraceState.InUse, Detail = $"container {id[..12]} lives" });
                }
            }
        }

        if (entry.Tree && alive == 0 && members.Count == traces.Count)
        {
            return [new FileTrace(folder) { Entry = entry, Where = folder.Path }];
        }

        return traces;
    }

    private static string Few(IReadOnlyList<string> names) =>
        names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
}
