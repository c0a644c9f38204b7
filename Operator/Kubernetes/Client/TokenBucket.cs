namespace NetProfile.Kubernetes.Client;

/// <summary>
/// The client's own rate limit (client-go's QPS and burst), in order of arrival. <see cref="PauseFor"/> holds everybody back
/// when the server says 429: going on with other requests would only make it longer.
/// </summary>
public sealed class TokenBucket(double perSecond, int burst, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _countedAt = clock.GetTimestamp();
    private long? _pausedAt;
    private TimeSpan _pause;

    /// <summary>Takes a token, also one that is not there yet, and says how long to wait for it.</summary>
    public TimeSpan Reserve()
    {
        lock (_lock)
        {
            Refill();
            _tokens -= 1;
            var wait = _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
            var paused = _pausedAt is { } since ? _pause - clock.GetElapsedTime(since) : TimeSpan.Zero;
            return wait > paused ? wait : paused;
        }
    }

    /// <summary>Takes a token only if one is there.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            Refill();
            if (_tokens < 1)
            {
                return false;
            }

            _tokens -= 1;
            return true;
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Reserve();
        if (wait > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                GiveBack();
                throw;
            }
        }
    }

    public void PauseFor(TimeSpan pause)
    {
        lock (_lock)
        {
            var left = _pausedAt is { } since ? _pause - clock.GetElapsedTime(since) : TimeSpan.Zero;
            if (pause > left)
            {
                _pausedAt = clock.GetTimestamp();
                _pause = pause;
            }
        }
    }

    private void Refill()
    {
        _tokens = Math.Min(burst, _tokens + (clock.GetElapsedTime(_countedAt).TotalSeconds * perSecond));
        _countedAt = clock.GetTimestamp();
    }

    private void GiveBack()
    {
        lock (_lock)
        {
            _tokens = Math.Min(burst, _tokens + 1);
        }
    }
}
