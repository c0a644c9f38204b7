using System.Text;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Kubernetes.Events;

/// <param name="ReportingController">A qualified name, such as <c>example.com/operator</c>.</param>
/// <param name="ReportingInstance">The pod.</param>
/// <param name="FieldManager">Of the event objects.</param>
public sealed record EventRecorderOptions(string ReportingController, string ReportingInstance, string FieldManager);

/// <inheritdoc cref="IEventRecorder"/>
public sealed class EventRecorder(IKubernetesClient client, EventRecorderOptions options, TimeProvider clock, ILogger<EventRecorder> logger) : BackgroundService, IEventRecorder
{
    private const int LongestNote = 1024;
    private const int LongestWord = 128;
    private const int MostSeries = 1024;
    private const int MostFailures = 3;

    /// <summary>The API server forgets events after an hour; a series that rests for a while ends, and the next time is a new one.</summary>
    private static readonly TimeSpan SeriesEndsAfter = TimeSpan.FromMinutes(6);

    /// <summary>A count is brought up to date this often at most.</summary>
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(30);

    /// <summary>Different events about one object: 25 at once, then one in ten seconds.</summary>
    private const int ObjectBurst = 25;
    private const double ObjectPerSecond = 0.1;

    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, EventSeries> _series = [];
    private readonly Dictionary<string, TokenBucket> _buckets = [];
    private readonly SemaphoreSlim _wake = new(0, 1);

    public void Record<T>(T regarding, EventType type, string reason, string action, string note)
        where T : class, IKubernetesEntity<T>
    {
        var now = clock.GetUtcNow();
        var meta = regarding.Metadata;
        var key = new EventKey(T.Entity.Kind, meta.Uid, meta.Namespace, meta.Name, type.ToString(), reason, action, note);
        lock (_lock)
        {
            if (_series.TryGetValue(key, out var series))
            {
                series.Again(now);
            }
            else if (_series.Count >= MostSeries || !Bucket($"{T.Entity.Kind}/{meta.Namespace}/{meta.Name}").TryTake())
            {
                logger.EventDropped(reason, $"{T.Entity.Kind} {meta.Name}");
                return;
            }
            else
            {
                _series.Add(key, new EventSeries(Event(regarding, type, reason, action, note, now), now));
            }
        }

        Wake();
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await FlushAsync(final: false, stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last words, such as why we stop, in five seconds.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            try
            {
                await FlushAsync(final: true, limit.Token);
            }
            catch (OperationCanceledException e)
            {
                logger.EventFailed("(several)", "shutdown", e.Message);
            }
        }
    }

    /// <summary>Until something is recorded, or until a count that waits is due.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(BetweenWrites, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, due.Token);
        try
        {
            await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look at the counts.
        }
    }

    internal async Task FlushAsync(bool final, CancellationToken cancellationToken)
    {
        foreach (var (key, series) in Due(final))
        {
            int count;
            V1Event @event;
            V1Patch? patch = null;
            lock (_lock)
            {
                count = series.Count;
                @event = series.ToEvent(series.First.Metadata.Name!);
                if (series.WrittenAt is not null)
                {
                    patch = new V1Patch(V1PatchType.MergePatch, series.ToPatch(), options.FieldManager);
                }
            }

            try
            {
                await WriteAsync(series, @event, patch, cancellationToken);
                lock (_lock)
                {
                    series.WrittenAt = clock.GetUtcNow();
                    series.WrittenCount = count;
                    series.Failures = 0;
                }
            }
            catch (KubernetesException e)
            {
                logger.EventFailed(key.Reason, $"{key.Kind} {key.Name}", e.Message);
                lock (_lock)
                {
                    // A refusal will not change; a server that is away may come back.
                    series.Failures = e.IsUnreachable || e.IsTooManyRequests ? series.Failures + 1 : MostFailures;
                    series.WrittenCount = series.Failures >= MostFailures ? count : series.WrittenCount;
                }
            }
        }
    }

    private async Task WriteAsync(EventSeries series, V1Event @event, V1Patch? patch, CancellationToken cancellationToken)
    {
        if (patch is null)
        {
            await client.CreateAsync(@event, options.FieldManager, cancellationToken);
            return;
        }

        try
        {
            await client.PatchAsync<V1Event>(series.Name, patch, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The server has forgotten it meanwhile.
            await client.CreateAsync(@event, options.FieldManager, cancellationToken);
        }
    }

    private List<KeyValuePair<EventKey, EventSeries>> Due(bool final)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            foreach (var key in _series.Where(pair => !pair.Value.IsDirty && now - pair.Value.LastObserved > SeriesEndsAfter).Select(pair => pair.Key).ToList())
            {
                _series.Remove(key);
            }

            if (_buckets.Count > MostSeries)
            {
                _buckets.Clear();
            }

            return [.. _series.Where(pair => pair.Value.IsDirty && (final || pair.Value.WrittenAt is not { } written || now - written >= BetweenWrites))];
        }
    }

    private V1Event Event<T>(T regarding, EventType type, string reason, string action, string note, DateTimeOffset now)
        where T : class, IKubernetesEntity<T> => new()
        {
            Metadata = new V1ObjectMeta
            {
                // Events about cluster-scoped objects live in "default", where kubectl describe looks for them.
                Namespace = regarding.Metadata.Namespace ?? "default",
                Name = $"{regarding.Metadata.Name}.{Guid.NewGuid():N}"[^Math.Min(253, (regarding.Metadata.Name?.Length ?? 0) + 33)..].TrimStart('.', '-'),
            },
            EventTime = now,
            Type = type.ToString(),
            Reason = Cut(reason, LongestWord),
            Action = Cut(action, LongestWord),
            Note = Cut(note, LongestNote),
            ReportingController = options.ReportingController,
            ReportingInstance = Cut(options.ReportingInstance, LongestWord),
            Regarding = new V1ObjectReference
            {
                ApiVersion = T.Entity.ApiVersion,
                Kind = T.Entity.Kind,
                Namespace = regarding.Metadata.Namespace,
                Name = regarding.Metadata.Name,
                Uid = regarding.Metadata.Uid,
                ResourceVersion = regarding.Metadata.ResourceVersion,
            },
        };

    private TokenBucket Bucket(string name)
    {
        if (!_buckets.TryGetValue(name, out var bucket))
        {
            _buckets[name] = bucket = new TokenBucket(ObjectPerSecond, ObjectBurst, clock);
        }

        return bucket;
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>The API's limits are in bytes.</summary>
    private static string Cut(string text, int longest)
    {
        if (Encoding.UTF8.GetByteCount(text) <= longest)
        {
            return text;
        }

        var runes = new StringBuilder();
        var bytes = 3;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > longest)
            {
                break;
            }

            runes.Append(rune.ToString());
        }

        return runes.Append('…').ToString();
    }
}
