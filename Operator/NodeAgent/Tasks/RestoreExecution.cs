using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>
/// Runs a <see cref="RestoreTask"/>. What is there already is left alone, so that it may be run again after any end. Two things are
/// not brought back: what belongs to pods that are gone (reservations, ends of cables), since nobody would ever free it; and rules,
/// routes and devices whose program runs again, since it has made its own, and the old ones speak of services and nodes of the past.
/// </summary>
internal sealed class RestoreExecution(IHostFacade host, BackupStore backups, TimeProvider clock)
{
    private const string PutAside = ".cilium_bak";

    /// <summary>Which pod has which address.</summary>
    private const string PodAddresses = "flannel-ipam-leases";

    private const int ConfLimit = 1024 * 1024;

    private const int MostNamed = 3;

    public async Task<NodeTaskResult> RunAsync(RestoreTask task, CancellationToken cancellationToken)
    {
        try
        {
            return task.Entry == RestoreTask.CniConfs ? RestoreConfs(task) : await RestoreBackupsAsync(task, cancellationToken);
        }
        catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
        {
            return Result(task, NodeTaskState.Failed, exception.Message);
        }
    }

    public NodeTaskResult Preview(RestoreTask task)
    {
        var found = task.Entry == RestoreTask.CniConfs ? Confs() : [.. Manifests(task).Select(manifest => $"backup {manifest.Name} ({manifest.Items.Count} items)")];
        return found.Count == 0 ? Result(task, NodeTaskState.NotNeeded, "nothing there") : Result(task, NodeTaskState.Pending, $"would put back {string.Join(", ", found)}");
    }

    /// <summary>A running agent puts every conf aside that isn't its own (cni.exclusive), so that nothing is gained before it has ended.</summary>
    private NodeTaskResult RestoreConfs(RestoreTask task)
    {
        var confs = Confs();
        if (confs.Count > 0 && TraceCatalogue.Cilium.ProcessesOf("Cilium").FirstOrDefault(host.Processes.RunningCommands().Contains) is { } agent)
        {
            return Result(task, NodeTaskState.Blocked, $"{agent} still runs on this node and would put them aside again");
        }

        var (back, other) = (new List<string>(), new List<string>());
        foreach (var aside in confs)
        {
            var path = aside[..^PutAside.Length];
            if (host.Files.Stat(path) is null)
            {
                var info = host.Files.Stat(aside)!;
                host.Files.Copy(aside, path, info.Mode);
                host.Files.SetOwnership(info, path);
                host.Files.Delete(aside);
                back.Add(path);
            }
            else if (host.Files.Read(aside, ConfLimit).AsSpan().SequenceEqual(host.Files.Read(path, ConfLimit)))
            {
                host.Files.Delete(aside);
            }
            else
            {
                other.Add(path);
            }
        }

        var kept = other.Count > 0 ? $"; {string.Join(", ", other)} is there already with another content, and what was put aside is left beside it" : "";
        return back.Count > 0 ? Result(task, NodeTaskState.Done, $"put back {string.Join(", ", back)}{kept}") : Result(task, NodeTaskState.NotNeeded, $"nothing to put back{kept}");
    }

    private async Task<NodeTaskResult> RestoreBackupsAsync(RestoreTask task, CancellationToken cancellationToken)
    {
        var (restored, failed) = (0, new List<string>());
        var running = host.Processes.RunningCommands();
        foreach (var manifest in Manifests(task))
        {
            var items = manifest.Items.Where(item => IsTheNodes(item, running)).ToList();
            var results = await new BackupRestorer(host, backups).RestoreAsync(manifest with { Items = items }, cancellationToken);
            restored += results.Count(result => result.State == RestoreState.Restored);
            failed.AddRange(results.Where(result => result.State == RestoreState.NotRestored).Select(result => $"{result.What}: {result.Message}"));
        }

        var text = failed.Count <= MostNamed ? string.Join("; ", failed) : $"{string.Join("; ", failed.Take(MostNamed))}; and {failed.Count - MostNamed} more";
        return failed.Count > 0 ? Result(task, NodeTaskState.Failed, $"put back {restored}, but not {text}")
            : restored > 0 ? Result(task, NodeTaskState.Done, $"put back {restored}")
            : Result(task, NodeTaskState.NotNeeded, "all is there already");
    }

    private List<BackupManifest> Manifests(RestoreTask task) =>
        [.. backups.List().Where(manifest => manifest.Catalogue == TraceCatalogue.PreviousNetwork.Name && manifest.CreatedAt >= (task.Since ?? DateTimeOffset.MinValue))];

    private static bool IsTheNodes(BackupItem item, IReadOnlySet<string> running) =>
        item is not NoteItem
        && TraceCatalogue.PreviousNetwork.Find(item.Entry) is not ({ NamedAfterContainer: true } or { PerContainer: true } or { PodLink: true } or { Id: PodAddresses })
        && (item is FileItem || !IsMadeAnew(item, running));

    private static bool IsMadeAnew(BackupItem item, IReadOnlySet<string> running) =>
        TraceCatalogue.PreviousNetwork.Find(item.Entry) is { } entry && TraceCatalogue.PreviousNetwork.ProcessesOf(entry.Owner).Any(running.Contains);

    private List<string> Confs() => [.. ScopeReader.ConfDirectories.SelectMany(host.Files.List).Where(path => path.EndsWith(PutAside, StringComparison.Ordinal) && host.Files.Stat(path) is { Type: HostFileType.File })];

    private NodeTaskResult Result(NodeTask task, NodeTaskState state, string message) => new() { Id = task.Id, State = state, Message = message, At = clock.GetUtcNow() };
}
