using System.Diagnostics;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Kubernetes.Telemetry;

namespace NetProfile.Kubernetes.Controllers;

public sealed record ControllerOptions
{
    /// <summary>Different objects; one object is never worked on twice at a time.</summary>
    public int MaxConcurrentReconciles { get; init; } = 1;

    /// <summary>How long a reconcile that is under way at shutdown may go on before it is cancelled. The host must wait as long (HostOptions.ShutdownTimeout).</summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(60);

    public required string FieldManager { get; init; }
}

/// <summary>Key → current object → finalizer or controller → what the queue does next (one switch).</summary>
internal sealed class ControllerWorker<TEntity>(
    IResourceInformer<TEntity> informer,
    IEntityController<TEntity> controller,
    ControllerFinalizer<TEntity>? finalizer,
    IReadOnlyList<ControllerTrigger> triggers,
    IKubernetesClient client,
    ILeadership leadership,
    ControllerOptions options,
    TimeProvider clock,
    ILogger logger,
    KubernetesMetrics? metrics = null)
    : BackgroundService
    where TEntity : class, IKubernetesEntity<TEntity>
{
    /// <summary>Of the controller and its queue in metrics and traces, as controller-runtime has it.</summary>
    private static readonly string s_name = TEntity.Entity.Kind.ToLowerInvariant();

    private readonly WorkQueue<NamespacedName> _queue = new(clock, null, metrics?.Queues, s_name);

    internal WorkQueue<NamespacedName> Queue => _queue;

    public override void Dispose()
    {
        _queue.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics?.Reconciles.Begin(s_name);
        using var own = informer.Register((_, entity) => _queue.Add(EntityKeys.Of(entity)));
        var registrations = triggers.Select(trigger => trigger.Register(_queue)).ToList();
        try
        {
            await informer.WaitForSyncAsync(stoppingToken);
            await Task.WhenAll(triggers.Select(trigger => trigger.WaitForSyncAsync(stoppingToken)));
            while (!stoppingToken.IsCancellationRequested)
            {
                var term = await leadership.WaitForTermAsync(stoppingToken);
                logger.ControllerActs(TEntity.Entity.Kind);
                await ActAsync(term, stoppingToken);
                logger.ControllerRests(TEntity.Entity.Kind);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down while waiting for caches or for the lease: nothing is under way.
            _queue.ShutDown();
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    /// <summary>One term: from getting the lease to losing it, or to the end.</summary>
    private async Task ActAsync(CancellationToken term, CancellationToken stopping)
    {
        // Whoever led before may have left any of them half done.
        foreach (var entity in informer.Lister.List())
        {
            _queue.Add(EntityKeys.Of(entity));
        }

        using var take = CancellationTokenSource.CreateLinkedTokenSource(term, stopping);
        using var act = CancellationTokenSource.CreateLinkedTokenSource(term);
        using var patience = clock.CreateTimer(_ => act.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var onStopping = stopping.Register(() => patience.Change(options.ShutdownGracePeriod, Timeout.InfiniteTimeSpan));
        await Task.WhenAll(Enumerable.Range(0, options.MaxConcurrentReconciles).Select(_ => Task.Run(() => WorkAsync(take.Token, act.Token), CancellationToken.None)));
    }

    private async Task WorkAsync(CancellationToken take, CancellationToken act)
    {
        while (!take.IsCancellationRequested)
        {
            NamespacedName key;
            try
            {
                key = await _queue.GetAsync(take);
            }
            catch (Exception e) when (e is OperationCanceledException or WorkQueueShutDownException)
            {
                return;
            }

            try
            {
                await ProcessAsync(key, act);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    internal async Task ProcessAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["ReconcileId"] = Guid.NewGuid().ToString("N")[..8], ["Object"] = $"{TEntity.Entity.Kind}/{key}" });
        using var span = Tracing.Source.StartActivity($"reconcile {s_name}");
        span?.SetTag("k8s.object.name", key.Name).SetTag("k8s.object.namespace", key.Namespace);
        metrics?.Reconciles.Started(s_name);
        var began = clock.GetTimestamp();
        Outcome outcome;
        try
        {
            outcome = new Outcome(await ReconcileAsync(key, cancellationToken), null);
        }
#pragma warning disable CA1031 // Every failure becomes a decision of the queue, below.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome = new Outcome(default, e);
        }

        metrics?.Reconciles.Ended(s_name, ResultOf(outcome, cancellationToken), clock.GetElapsedTime(began));

        switch (outcome)
        {
            case { Failure: null, Result.RequeueAfter: { } after }:
                _queue.Forget(key);
                _queue.AddAfter(key, after);
                logger.Reconciled(TEntity.Entity.Kind, key, clock.GetElapsedTime(began), after);
                break;
            case { Failure: null }:
                _queue.Forget(key);
                logger.Reconciled(TEntity.Entity.Kind, key, clock.GetElapsedTime(began), null);
                break;
            case { Failure: TerminalException terminal }:
                _queue.Forget(key);
                logger.Terminal(TEntity.Entity.Kind, key, terminal.Reason, terminal);
                break;
            case { Failure: OperationCanceledException } when cancellationToken.IsCancellationRequested:
                // No longer ours. A new term begins with all objects.
                _queue.Forget(key);
                logger.ReconcileCancelled(TEntity.Entity.Kind, key);
                break;
            case { Failure: KubernetesException { IsConflict: true } conflict }:
                _queue.AddRateLimited(key);
                logger.ReconcileConflicted(TEntity.Entity.Kind, key, conflict.Message);
                break;
            case { Failure: { } failure }:
                _queue.AddRateLimited(key);
                logger.ReconcileFailed(TEntity.Entity.Kind, key, failure);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static string ResultOf(Outcome outcome, CancellationToken cancellationToken) => outcome.Failure switch
    {
        null => outcome.Result.RequeueAfter is null ? ReconcileMetrics.Success : ReconcileMetrics.RequeueAfter,
        TerminalException => ReconcileMetrics.TerminalError,
        OperationCanceledException when cancellationToken.IsCancellationRequested => ReconcileMetrics.Cancelled,
        KubernetesException { IsConflict: true } => ReconcileMetrics.Conflict,
        _ => ReconcileMetrics.Error,
    };

    private async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (informer.Lister.Get(key) is not { } entity)
        {
            return ReconciliationResult.Done;
        }

        if (entity.Metadata.DeletionTimestamp is not null)
        {
            return finalizer is null || !Finalizers.Has(entity, finalizer.Name)
                ? ReconciliationResult.Done
                : await FinalizeAsync(entity, finalizer, cancellationToken);
        }

        if (finalizer is not null && !Finalizers.Has(entity, finalizer.Name))
        {
            entity = await Finalizers.AddAsync(client, entity, finalizer.Name, options.FieldManager, cancellationToken);
        }

        return await controller.ReconcileAsync(entity, cancellationToken);
    }

    private async Task<ReconciliationResult> FinalizeAsync(TEntity entity, ControllerFinalizer<TEntity> last, CancellationToken cancellationToken)
    {
        var result = await last.Finalizer.FinalizeAsync(entity, cancellationToken);
        if (result.RequeueAfter is not null)
        {
            return result;
        }

        // The finalizer's own status writes have moved the object on; removing ours needs what is stored now.
        var current = await client.GetAsync<TEntity>(EntityKeys.Of(entity), cancellationToken);
        if (current is not null && current.Metadata.Uid == entity.Metadata.Uid && Finalizers.Has(current, last.Name))
        {
            await Finalizers.RemoveAsync(client, current, last.Name, options.FieldManager, cancellationToken);
        }

        return ReconciliationResult.Done;
    }

    private readonly record struct Outcome(ReconciliationResult Result, Exception? Failure);
}

internal sealed record ControllerFinalizer<TEntity>(string Name, IEntityFinalizer<TEntity> Finalizer);
