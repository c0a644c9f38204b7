namespace NetProfile.Kubernetes.Client;

/// <summary>
/// When the API server last answered, for health endpoints. An answer is any HTTP answer that is not a gateway's complaint: a
/// 403 shows a living server just as well as a 200.
/// </summary>
public sealed class ApiContact(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _lastAnswer;
    private string? _lastFailure;

    /// <summary>null when no server has ever answered.</summary>
    public DateTimeOffset? LastAnswer
    {
        get
        {
            lock (_lock)
            {
                return _lastAnswer;
            }
        }
    }

    /// <summary>Why the last try got no answer; null when it did.</summary>
    public string? LastFailure
    {
        get
        {
            lock (_lock)
            {
                return _lastFailure;
            }
        }
    }

    public bool IsRecent(TimeSpan within) => LastAnswer is { } answer && clock.GetUtcNow() - answer <= within;

    internal void Answered()
    {
        lock (_lock)
        {
            _lastAnswer = clock.GetUtcNow();
            _lastFailure = null;
        }
    }

    internal void Failed(string why)
    {
        lock (_lock)
        {
            _lastFailure = why;
        }
    }
}
