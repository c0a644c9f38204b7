namespace NetProfile.Kubernetes;

/// <summary>Growing delays with jitter, so that a fleet whose server comes back does not come back as one.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private double _next = first.TotalSeconds;

    /// <summary>Between 50 % and 100 % of a value that doubles each time.</summary>
    public TimeSpan Next()
    {
        var full = _next;
        _next = Math.Min(_next * 2, longest.TotalSeconds);
#pragma warning disable CA5394 // Jitter is no secret.
        return TimeSpan.FromSeconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    public void Reset() => _next = first.TotalSeconds;
}
