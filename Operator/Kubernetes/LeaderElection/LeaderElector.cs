using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.LeaderElection;

/// <summary>
/// Holds the Lease as long as the program runs. A term ends, and its token is cancelled, when another one has the lease or when
/// the last renewal is RenewDeadline old; a timer does the latter, so that neither a hanging request nor a lost connection can
/// make a term outlast the lease. Others take over LeaseDuration after our last renewal, and the difference is the safety margin.
/// Stopped last of all services, it releases the lease when nobody acts any more.
/// </summary>
public sealed class LeaderElector(IKubernetesClient client, LeaderElectionOptions options, string fieldManager, TimeProvider clock, ILogger<LeaderElector> logger)
    : BackgroundService, ILeadership
{
    private readonly Lock _lock = new();
    private readonly LeaseLock _lease = new(client, options, fieldManager, clock);
    private TaskCompletionSource<CancellationToken> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _term;

    public bool IsLeader
    {
        get
        {
            lock (_lock)
            {
                return _term is { IsCancellationRequested: false };
            }
        }
    }

    public Task<CancellationToken> WaitForTermAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _term is { IsCancellationRequested: false } term ? Task.FromResult(term.Token) : _next.Task.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var renewedAt = await AcquireAsync(stoppingToken);
                await HoldAsync(renewedAt, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
    }

    /// <returns>When the request that got the lease was sent.</returns>
    private async Task<long> AcquireAsync(CancellationToken cancellationToken)
    {
        string? told = null;
        while (true)
        {
            var askedAt = clock.GetTimestamp();
            if (await TryAsync(cancellationToken))
            {
                return askedAt;
            }

            if (_lease.Holder is { Length: > 0 } holder && holder != told)
            {
                logger.LeaseHeldBy(options.Lease, holder);
                told = holder;
            }

#pragma warning disable CA5394 // Jitter is no secret: two candidates should not ask in step.
            await Task.WhenAll(Task.Delay(options.RetryPeriod * (1 + (Random.Shared.NextDouble() * 0.2)), clock, cancellationToken), StandByAsync(cancellationToken));
#pragma warning restore CA5394
        }
    }

    private async Task StandByAsync(CancellationToken cancellationToken)
    {
        if (_lease.Holder is not { Length: > 0 } holder || holder == options.Identity)
        {
            return;
        }

        try
        {
            await _lease.FollowAsync(cancellationToken);
        }
        catch (KubernetesException e)
        {
            logger.LeaseFailed(options.Lease, e.Message);
        }
    }

    private async Task HoldAsync(long renewedAt, CancellationToken cancellationToken)
    {
        // Never disposed: whoever got its token may still ask it, long after the term.
        var term = new CancellationTokenSource();
        using var deadline = clock.CreateTimer(_ => term.Cancel(), null, Left(renewedAt, options.RenewDeadline), Timeout.InfiniteTimeSpan);
        Begin(term);
        try
        {
            var (askedAt, period) = (renewedAt, options.RenewPeriod);
            while (!term.IsCancellationRequested)
            {
                // A request that was waited for long is followed by the next one at once.
                await Task.Delay(Left(askedAt, period), clock, cancellationToken);
                askedAt = clock.GetTimestamp();
                period = options.RetryPeriod;
                if (await TryAsync(cancellationToken))
                {
                    period = options.RenewPeriod;
                    deadline.Change(Left(askedAt, options.RenewDeadline), Timeout.InfiniteTimeSpan);
                }
                else if (_lease.Holder is { Length: > 0 } holder && holder != options.Identity)
                {
                    break;
                }
            }

            logger.LeaseLost(options.Identity, options.Lease);
        }
        finally
        {
            End(term);
        }
    }

    private TimeSpan Left(long since, TimeSpan limit)
    {
        var left = limit - clock.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        // Half of the deadline: one request that hangs leaves room for another one.
        using var limit = new CancellationTokenSource(options.RenewDeadline / 2, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _lease.TryAcquireOrRenewAsync(either.Token);
        }
        catch (KubernetesException e)
        {
            logger.LeaseFailed(options.Lease, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LeaseFailed(options.Lease, "the server did not answer in time");
            return false;
        }
    }

    private void Begin(CancellationTokenSource term)
    {
        logger.LeaseAcquired(options.Identity, options.Lease);
        TaskCompletionSource<CancellationToken> waiting;
        lock (_lock)
        {
            _term = term;
            waiting = _next;
            _next = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.TrySetResult(term.Token);
    }

    private void End(CancellationTokenSource term)
    {
        lock (_lock)
        {
            _term = null;
        }

        term.Cancel();
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(options.RenewDeadline / 2, clock);
        try
        {
            if (await _lease.TryReleaseAsync(limit.Token))
            {
                logger.LeaseReleased(options.Identity, options.Lease);
            }
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            logger.LeaseFailed(options.Lease, e.Message);
        }
    }
}
