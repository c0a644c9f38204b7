using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Controllers;

/// <summary>client-go's default: 5 ms doubling to 1000 s for each key, and 10 a second (100 at once) for all of them; the longer one counts.</summary>
public sealed class RateLimiter<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly TokenBucket _bucket;
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;

    public RateLimiter(TimeProvider clock, TimeSpan? first = null, TimeSpan? longest = null, double perSecond = 10, int burst = 100)
    {
        _bucket = new TokenBucket(perSecond, burst, clock);
        _first = first ?? TimeSpan.FromMilliseconds(5);
        _longest = longest ?? TimeSpan.FromSeconds(1000);
    }

    public TimeSpan When(TKey key)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
        }

        var own = _first.TotalSeconds * Math.Pow(2, failures);
        var delay = own >= _longest.TotalSeconds ? _longest : TimeSpan.FromSeconds(own);
        var shared = _bucket.Reserve();
        return shared > delay ? shared : delay;
    }

    public int Failures(TKey key)
    {
        lock (_lock)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }
}
