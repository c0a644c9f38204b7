using NetProfile.Kubernetes.Telemetry;

namespace NetProfile.Kubernetes.Controllers;

/// <inheritdoc cref="IWorkQueue{TKey}"/>
public sealed class WorkQueue<TKey> : IWorkQueue<TKey>, IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Queue<(TKey Key, long Since)> _queue = new();

    /// <summary>Wants work: in the queue, or being worked on and to come again.</summary>
    private readonly HashSet<TKey> _dirty = [];

    /// <summary>Since when each is worked on.</summary>
    private readonly Dictionary<TKey, long> _processing = [];
    private readonly SemaphoreSlim _available = new(0);
    private readonly DelayedKeys<TKey> _delayed;
    private readonly RateLimiter<TKey> _limiter;
    private readonly TimeProvider _clock;
    private readonly WorkQueueMetrics.WorkQueueMeter? _meter;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _shutDown;

    public WorkQueue(TimeProvider clock, RateLimiter<TKey>? limiter = null)
        : this(clock, limiter, null, "")
    {
    }

    /// <param name="clock">For delays.</param>
    /// <param name="limiter">null for the usual one.</param>
    /// <param name="metrics">Told of everything, under <paramref name="name"/>.</param>
    internal WorkQueue(TimeProvider clock, RateLimiter<TKey>? limiter, WorkQueueMetrics? metrics, string name)
    {
        _clock = clock;
        _meter = metrics?.For(name, () => Count);
        _limiter = limiter ?? new RateLimiter<TKey>(clock);
        _delayed = new DelayedKeys<TKey>(clock, Add);
    }

    /// <summary>Keys that wait to be worked on, without those whose delay is not over.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count;
            }
        }
    }

    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (_shutDown || !_dirty.Add(key) || _processing.ContainsKey(key))
            {
                return;
            }

            Enqueue(key);
        }

        _available.Release();
    }

    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
        }
        else
        {
            _delayed.Add(key, delay);
        }
    }

    public void AddRateLimited(TKey key)
    {
        _meter?.Retried();
        AddAfter(key, _limiter.When(key));
    }

    public void Forget(TKey key) => _limiter.Forget(key);

    public async ValueTask<TKey> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _available.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (_queue.TryDequeue(out var next))
                {
                    _meter?.Waited(_clock.GetElapsedTime(next.Since));
                    _dirty.Remove(next.Key);
                    _processing.Add(next.Key, _clock.GetTimestamp());
                    return next.Key;
                }

                if (_shutDown)
                {
                    // The next one who waits wants to hear it too.
                    _available.Release();
                    throw new WorkQueueShutDownException();
                }
            }
        }
    }

    public void Done(TKey key)
    {
        var again = false;
        lock (_lock)
        {
            if (_processing.Remove(key, out var since))
            {
                _meter?.Worked(_clock.GetElapsedTime(since));
            }

            if (_dirty.Contains(key))
            {
                Enqueue(key);
                again = true;
            }

            TellIfDrained();
        }

        if (again)
        {
            _available.Release();
        }
    }

    /// <summary>Takes nothing more; what is there can still be got.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _shutDown = true;
            TellIfDrained();
        }

        _delayed.Dispose();
        _available.Release();
    }

    /// <summary>Shuts down and waits until all that was there is done.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        ShutDown();
        return _drained.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _delayed.Dispose();
        _available.Dispose();
    }

    private void Enqueue(TKey key)
    {
        _queue.Enqueue((key, _clock.GetTimestamp()));
        _meter?.Added();
    }

    private void TellIfDrained()
    {
        if (_shutDown && _queue.Count == 0 && _processing.Count == 0)
        {
            _drained.TrySetResult();
        }
    }
}
