namespace NetProfile.Kubernetes.Controllers;

/// <summary>Keys whose time has not come; one timer for all of them, set to the earliest.</summary>
internal sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly Action<TKey> _ready;
    private readonly Dictionary<TKey, DateTimeOffset> _dueOf = [];

    /// <summary>May hold old times of a key; only the one in <see cref="_dueOf"/> counts.</summary>
    private readonly PriorityQueue<TKey, DateTimeOffset> _byDue = new();
    private readonly ITimer _timer;
    private bool _disposed;

    public DelayedKeys(TimeProvider clock, Action<TKey> ready)
    {
        _clock = clock;
        _ready = ready;
        _timer = clock.CreateTimer(static self => ((DelayedKeys<TKey>)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(TKey key, TimeSpan delay)
    {
        lock (_lock)
        {
            var due = _clock.GetUtcNow() + delay;
            if (_disposed || (_dueOf.TryGetValue(key, out var known) && known <= due))
            {
                return;
            }

            _dueOf[key] = due;
            _byDue.Enqueue(key, due);
            SetTimer();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _dueOf.Clear();
            _byDue.Clear();
        }

        _timer.Dispose();
    }

    private void Fire()
    {
        var ready = new List<TKey>();
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            var now = _clock.GetUtcNow();
            while (_byDue.TryPeek(out var key, out var due) && due <= now)
            {
                _byDue.Dequeue();
                if (_dueOf.TryGetValue(key, out var counts) && counts == due)
                {
                    _dueOf.Remove(key);
                    ready.Add(key);
                }
            }

            SetTimer();
        }

        ready.ForEach(_ready);
    }

    private void SetTimer()
    {
        if (_byDue.TryPeek(out _, out var due))
        {
            var wait = due - _clock.GetUtcNow();
            // A timer's own limit is 49 days; waking up early only sets it again.
            _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
