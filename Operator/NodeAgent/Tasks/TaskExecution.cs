using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>One run over the tasks of a plan that the guard has let through.</summary>
internal sealed class TaskExecution(IReadOnlyList<TraceCatalogue> catalogues, BackupSession? session, TimeProvider clock)
{
    private const int Tries = 3;

    /// <summary>Keeps everything that the tasks would remove, before the first of them removes anything.</summary>
    public async Task BackUpAsync(IReadOnlyList<NodeTask> tasks, TraceScope scope, NodeView node, CancellationToken cancellationToken)
    {
        if (session is null)
        {
            return;
        }

        foreach (var task in tasks)
        {
            if (StillRunning(task, node) is null)
            {
                await KeepAsync((await FindAsync(task, scope, node, cancellationToken)).Where(IsRemovable), node, cancellationToken);
            }
        }

        session.Save();
    }

    public async Task<NodeTaskResult> PreviewAsync(NodeTask task, TraceScope scope, NodeView node, CancellationToken cancellationToken)
    {
        try
        {
            var traces = await FindAsync(task, scope, node, cancellationToken);
            if (traces.Count == 0)
            {
                return Result(task, NodeTaskState.NotNeeded, "nothing there");
            }

            if (StillRunning(task, node) is { } process)
            {
                return Result(task, NodeTaskState.Blocked, process);
            }

            return traces.All(IsRemovable)
                ? Result(task, NodeTaskState.Pending, "would remove " + TraceText.List(traces))
                : Result(task, NodeTaskState.Blocked, TraceText.Reasons(traces));
        }
        catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
        {
            return Result(task, NodeTaskState.Failed, exception.Message);
        }
    }

    public async Task<NodeTaskResult> RunAsync(NodeTask task, TraceScope scope, NodeView node, CancellationToken cancellationToken)
    {
        var removed = new List<Trace>();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryAsync(task, scope, node, removed, attempt == Tries, cancellationToken) is { } result)
                {
                    return result;
                }
            }
            catch (HostException) when (attempt < Tries)
            {
                // Somebody changed the node since it was looked at (of a table, nothing was done then): look again.
                node.Forget();
            }
            catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
            {
                node.Forget();
                return Result(task, NodeTaskState.Failed, exception.Message);
            }
        }
    }

    /// <summary>Check, apply, check again. null when something removable is there again and another try may help.</summary>
    private async Task<NodeTaskResult?> TryAsync(NodeTask task, TraceScope scope, NodeView node, List<Trace> removed, bool last, CancellationToken cancellationToken)
    {
        var found = await FindAsync(task, scope, node, cancellationToken);
        if (found.Count > 0 && StillRunning(task, node) is { } process)
        {
            return Result(task, NodeTaskState.Blocked, process);
        }

        var removable = found.Where(IsRemovable).ToList();
        if (removable.Count > 0)
        {
            await KeepAsync(removable, node, cancellationToken);
            session?.Save();
            await HandlerOf(task).RemoveAsync(removable, node, cancellationToken);
            removed.AddRange(removable);
            node.Forget(EntryOf(task).Kind);
            found = await FindAsync(task, scope, node, cancellationToken);
        }

        if (found.Any(IsRemovable))
        {
            return last ? Result(task, NodeTaskState.Failed, $"removed, but there again or still: {TraceText.List(found)}") : null;
        }

        return (found.Count, removed.Count) switch
        {
            (0, 0) => Result(task, NodeTaskState.NotNeeded, "nothing there"),
            (0, _) => Result(task, NodeTaskState.Done, "removed " + TraceText.List(removed)),
            _ => Result(task, NodeTaskState.Blocked, TraceText.Reasons(found)),
        };
    }

    /// <summary>Builtin chains of the nft backend that only held what was removed: iptables-nft made them for it.</summary>
    public static async Task TidyAsync(BackupSession open, NodeView node, CancellationToken cancellationToken)
    {
        var emptied = open.Items.OfType<XtablesItem>().Where(item => item.Backend == XtablesBackend.Nft)
            .SelectMany(item => item.Rules.Select(rule => (item.Family, item.Table, rule.Chain))).ToHashSet();
        if (emptied.Count == 0)
        {
            return;
        }

        foreach (var dump in (await node.XtablesAsync(cancellationToken)).Where(dump => dump.Backend == XtablesBackend.Nft))
        {
            foreach (var table in dump.Tables)
            {
                foreach (var chain in table.Chains.Where(chain => chain.Policy == "ACCEPT" && emptied.Contains((dump.Family, table.Name, chain.Name))))
                {
                    if (!table.Rules.Any(rule => rule.Chain == chain.Name))
                    {
                        await node.Host.Xtables.DropEmptyBuiltinAsync(dump.Family, table.Name, chain.Name, cancellationToken);
                    }
                }
            }
        }
    }

    private async Task<IReadOnlyList<Trace>> FindAsync(NodeTask task, TraceScope scope, NodeView node, CancellationToken cancellationToken)
    {
        var entry = EntryOf(task);
        var networks = (task.PodCIDRs ?? []).Select(LinkJson.Network).OfType<IPNetwork>();
        return await HandlerOf(task).FindAsync(
            new TraceQuery
            {
                Entry = entry,
                Targets = task.Targets is { Count: > 0 } targets ? targets : entry.Targets,
                Scope = scope.With(networks, []),
                EvenIfInUse = task.EvenIfInUse == true,
                RemovedPaths = session?.RemovedPaths ?? [],
            },
            node,
            cancellationToken);
    }

    private async Task KeepAsync(IEnumerable<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        if (session is null)
        {
            return;
        }

        foreach (var trace in traces)
        {
            session.Add(await TraceHandlers.For(trace.Entry.Kind)!.DescribeAsync(trace, node, session, cancellationToken));
        }
    }

    private string? StillRunning(NodeTask task, NodeView node)
    {
        var (catalogue, entry) = NodeGuard.Find(task.Entry, catalogues)!.Value;
        var running = catalogue.ProcessesOf(entry.Owner).FirstOrDefault(node.RunningCommands.Contains);
        if (running is not null)
        {
            return $"{running} still runs on this node and would make it again";
        }

        // One that was started after the subnet file was written runs without the old network: it would have written the file again.
        var written = node.Host.Files.Stat("/run/flannel/subnet.env")?.ModifiedAt;
        var host = catalogue.HostsOf(entry.Owner).FirstOrDefault(name => node.RunningCommands.Contains(name) && node.Host.Processes.StartOf(name) <= written);
        return host is null ? null : $"{host} runs {entry.Owner} itself: switch it off on all servers (--flannel-backend=none) and restart {host} first";
    }

    private CatalogueEntry EntryOf(NodeTask task) => NodeGuard.Find(task.Entry, catalogues)!.Value.Entry;

    private ITraceHandler HandlerOf(NodeTask task) => TraceHandlers.For(EntryOf(task).Kind)!;

    private static bool IsRemovable(Trace trace) => trace.State == TraceState.Removable;

    private NodeTaskResult Result(NodeTask task, NodeTaskState state, string message) => new() { Id = task.Id, State = state, Message = message, At = clock.GetUtcNow() };
}
