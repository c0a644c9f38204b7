using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Where results go while a plan runs, so that nobody has to wait for the end to see something.</summary>
public delegate Task NodeTaskProgress(NodeTaskResult result, CancellationToken cancellationToken);

public sealed record NodePlanOutcome
{
    public required IReadOnlyList<NodeTaskResult> Results { get; init; }

    /// <summary>The backup that the plan wrote or went on with.</summary>
    public NodeBackup? Backup { get; init; }

    public bool Succeeded => Results.All(result => result.State is NodeTaskState.Done or NodeTaskState.NotNeeded);
}

/// <summary>
/// Runs a plan: guard all, then keep all that will go, then task by task check → apply → check again.
/// Guarantees: with one refusal nothing runs; nothing is removed before its backup is durable; a run that was killed at any point is
/// finished by the next one, with the same backup; two runs at once don't mix (the second waits its turn or says who is there).
/// </summary>
public sealed class NodePlanRunner(IHostFacade host, IReadOnlyList<TraceCatalogue> catalogues, BackupStore backups, TimeProvider clock)
{
    /// <summary>Beside the backups, so that every agent of this node finds the same one.</summary>
    public const string LockPath = "/run/netprofile.lock";

    public async Task<NodePlanOutcome> RunAsync(NodeNetworkSpec plan, NodeTaskProgress? progress, CancellationToken cancellationToken)
    {
        var tasks = plan.Tasks ?? [];
        var refusals = NodeGuard.Examine(tasks, catalogues);
        if (refusals.Count > 0)
        {
            return Refused(tasks, refusals);
        }

        if (plan.DryRun == true)
        {
            return await DryRunAsync(tasks, cancellationToken);
        }

        IDisposable? turn;
        try
        {
            turn = host.Files.TryLock(LockPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new NodePlanOutcome { Results = [.. tasks.Select(task => Result(task.Id, NodeTaskState.Failed, $"{LockPath} can't be written: {exception.Message}"))] };
        }

        using var held = turn;
        return turn is null
            ? new NodePlanOutcome { Results = [.. tasks.Select(task => Result(task.Id, NodeTaskState.Blocked, "another agent is cleaning this node"))] }
            : await RunLockedAsync(plan, tasks, progress, cancellationToken);
    }

    /// <summary>Keeps what the plan would remove, in a backup of its own, and removes nothing. null when there is nothing.</summary>
    /// <exception cref="HostException">The plan is refused, or another agent is at work.</exception>
    public async Task<NodeBackup?> BackUpAsync(NodeNetworkSpec plan, CancellationToken cancellationToken)
    {
        var tasks = plan.Tasks ?? [];
        if (NodeGuard.Examine(tasks, catalogues) is { Count: > 0 } refusals)
        {
            throw new HostException("the plan is refused: " + refusals.First().Value);
        }

        using var turn = host.Files.TryLock(LockPath) ?? throw new HostException("another agent is cleaning this node");
        var node = new NodeView(host);
        var scope = await ScopeReader.ReadAsync(node, cancellationToken);
        var session = backups.Begin(CatalogueOf(tasks));
        session.Remember(scope);
        await new TaskExecution(catalogues, session, clock).BackUpAsync(Removing(tasks), scope, node, cancellationToken);
        return backups.Seal(session);
    }

    private async Task<NodePlanOutcome> RunLockedAsync(NodeNetworkSpec plan, IReadOnlyList<NodeTask> tasks, NodeTaskProgress? progress, CancellationToken cancellationToken)
    {
        var node = new NodeView(host);
        var session = plan.Backup == false ? null : backups.Resume(CatalogueOf(tasks));
        var scope = await ScopeReader.ReadAsync(node, cancellationToken);
        scope = session is null ? scope : scope.With(session.Networks, session.Subnets);
        session?.Remember(scope);
        var execution = new TaskExecution(catalogues, session, clock);
        try
        {
            await execution.BackUpAsync(Removing(tasks), scope, node, cancellationToken);
        }
        catch (Exception exception) when (exception is HostException or IOException or UnauthorizedAccessException)
        {
            return new NodePlanOutcome { Results = [.. tasks.Select(task => Result(task.Id, NodeTaskState.Failed, "nothing was removed, because the backup failed: " + exception.Message))] };
        }

        var results = new List<NodeTaskResult>();
        foreach (var task in tasks)
        {
            var result = task is RestoreTask restore
                ? await new RestoreExecution(host, backups, clock).RunAsync(restore, cancellationToken)
                : await execution.RunAsync(task, scope, node, cancellationToken);
            if (task is RestoreTask)
            {
                node.Forget();
            }

            results.Add(result);
            if (progress is not null)
            {
                await progress(result, cancellationToken);
            }
        }

        if (session is null)
        {
            if (results.Exists(result => result.State == NodeTaskState.Done))
            {
                backups.MarkCleaned("without a backup");
            }

            return new NodePlanOutcome { Results = results };
        }

        await TaskExecution.TidyAsync(session, node, cancellationToken);
        var succeeded = results.All(result => result.State is NodeTaskState.Done or NodeTaskState.NotNeeded);
        return new NodePlanOutcome { Results = results, Backup = backups.Finish(session, succeeded) };
    }

    private async Task<NodePlanOutcome> DryRunAsync(IReadOnlyList<NodeTask> tasks, CancellationToken cancellationToken)
    {
        var node = new NodeView(host);
        var scope = await ScopeReader.ReadAsync(node, cancellationToken);
        var execution = new TaskExecution(catalogues, null, clock);
        var results = new List<NodeTaskResult>();
        foreach (var task in tasks)
        {
            results.Add(task is RestoreTask restore ? new RestoreExecution(host, backups, clock).Preview(restore) : await execution.PreviewAsync(task, scope, node, cancellationToken));
        }

        return new NodePlanOutcome { Results = results };
    }

    private static IReadOnlyList<NodeTask> Removing(IReadOnlyList<NodeTask> tasks) => [.. tasks.Where(task => task is not RestoreTask)];

    private string CatalogueOf(IReadOnlyList<NodeTask> tasks) =>
        tasks.Select(task => NodeGuard.Find(task.Entry, catalogues)?.Catalogue.Name).FirstOrDefault(name => name is not null) ?? "";

    private NodePlanOutcome Refused(IReadOnlyList<NodeTask> tasks, IReadOnlyDictionary<string, string> refusals)
    {
        var because = $"the plan is refused, nothing was done: {refusals.First().Key}: {refusals.First().Value}";
        if (tasks.Count > 500)
        {
            return new NodePlanOutcome { Results = [Result("plan", NodeTaskState.Blocked, because)] };
        }

        return new NodePlanOutcome
        {
            Results = [.. tasks.Select(task =>
            {
                var id = task.Id.Length <= 60 ? task.Id : task.Id[..60] + "…";
                return Result(id, NodeTaskState.Blocked, refusals.TryGetValue(id, out var own) ? "refused: " + own : because);
            })],
        };
    }

    private NodeTaskResult Result(string id, NodeTaskState state, string message) => new() { Id = id, State = state, Message = message, At = clock.GetUtcNow() };
}
