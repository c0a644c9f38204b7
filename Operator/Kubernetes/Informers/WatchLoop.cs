using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <summary>Where the loop is: nothing known; a complete list at a version; following changes from there.</summary>
internal enum WatchState
{
    Empty,
    Listed,
    Watching,
}

/// <summary>What the loop tells its cache.</summary>
internal interface IWatchSink<T>
    where T : class, IKubernetesEntity<T>
{
    void Replace(KubernetesList<T> all);

    void Handle(WatchEvent<T> change);

    void Report(KubernetesException? error);
}

/// <summary>
/// Empty → (list) → Listed → (watch accepted) → Watching → (the watch ends, for whatever reason) → Listed.
/// From any of them a 410, in HTTP or in the stream, leads back to Empty: the server no longer has the history from there on.
/// Never ends but by cancellation; every failure waits a growing while and goes on.
/// </summary>
internal sealed class WatchLoop<T>(IKubernetesClient client, InformerOptions<T> options, IWatchSink<T> sink, TimeProvider clock, ILogger logger)
    where T : class, IKubernetesEntity<T>
{
    /// <summary>A watch that ends sooner than this with nothing to tell is a failure, or a server that closes at once would be hammered.</summary>
    private static readonly TimeSpan ShortestUsefulWatch = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    /// <summary>"0" takes the server's cache for the first list; later ones must not be older than what was seen; null is the newest.</summary>
    private string? _listFrom = "0";
    private string _version = "";

    /// <summary>The watch has brought something since it began.</summary>
    private bool _told;

    public WatchState State { get; private set; } = WatchState.Empty;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (State == WatchState.Empty)
                {
                    await ListAsync(cancellationToken);
                }

                await WatchAsync(cancellationToken);
            }
            catch (KubernetesException e) when (e.IsGone)
            {
                await ExpiredAsync(e, cancellationToken);
            }
            catch (KubernetesException e) when (State == WatchState.Empty)
            {
                // "Too large resource version": this server's cache is behind what another one has told us. Ask for the newest.
                _listFrom = e.Status.Reason == "Timeout" ? null : _listFrom;
                sink.Report(e);
                var delay = Later(e);
                logger.ListFailed(T.Entity.Plural, delay, e.Message);
                await Task.Delay(delay, clock, cancellationToken);
            }
            catch (KubernetesException e)
            {
                State = WatchState.Listed;
                sink.Report(e);
                var delay = Later(e);
                logger.WatchEnded(T.Entity.Plural, delay, e.Message);
                await Task.Delay(delay, clock, cancellationToken);
            }
#pragma warning disable CA1031 // A fault in a transform, or one that nobody thought of, must not end the watch for good.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                State = WatchState.Empty;
                logger.WatchBroken(T.Entity.Plural, e);
                await Task.Delay(_backoff.Next(), clock, cancellationToken);
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var all = await client.ListAllAsync(
            new ListOptions
            {
                Namespace = options.Namespace,
                LabelSelector = options.LabelSelector,
                FieldSelector = options.FieldSelector,
                Limit = options.PageSize,
                ResourceVersion = _listFrom,
                ResourceVersionMatch = _listFrom is null or "0" ? null : "NotOlderThan",
            },
            options.Transform,
            cancellationToken);
        _version = all.Metadata.ResourceVersion ?? "";
        _listFrom = _version.Length == 0 ? null : _version;
        sink.Replace(all);
        sink.Report(null);
        logger.Synced(all.Items.Count, T.Entity.Plural, _version);
        State = WatchState.Listed;
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        _told = false;
        var watch = new WatchOptions
        {
            Namespace = options.Namespace,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = _version,
#pragma warning disable CA5394 // Spreads the load, is no secret: five to ten minutes, as client-go asks for.
            TimeoutSeconds = Random.Shared.Next(300, 600),
#pragma warning restore CA5394
        };

        await foreach (var change in client.WatchAsync<T>(watch, cancellationToken))
        {
            if (State != WatchState.Watching)
            {
                // Accepted: the first event says no more than that.
                State = WatchState.Watching;
                sink.Report(null);
            }
            else if (!_told)
            {
                _told = true;
                _backoff.Reset();
            }

            if (change.Type != WatchEventType.Bookmark)
            {
                sink.Handle(change.Object is { } item && options.Transform is { } transform ? change with { Object = transform(item) } : change);
            }

            if (change.ResourceVersion.Length > 0)
            {
                _version = change.ResourceVersion;
                _listFrom = _version;
            }
        }

        State = WatchState.Listed;
        if (!_told && clock.GetElapsedTime(began) < ShortestUsefulWatch)
        {
            var delay = _backoff.Next();
            logger.WatchEnded(T.Entity.Plural, delay, "the server closed it at once");
            await Task.Delay(delay, clock, cancellationToken);
        }
        else
        {
            _backoff.Reset();
        }
    }

    private async Task ExpiredAsync(KubernetesException e, CancellationToken cancellationToken)
    {
        logger.WatchExpired(T.Entity.Plural);

        // A server that says so to every list, or to every watch that follows one, would be asked again at once, for ever.
        var useless = State == WatchState.Empty || !_told;
        State = WatchState.Empty;
        _listFrom = null;
        if (useless)
        {
            await Task.Delay(Later(e), clock, cancellationToken);
        }
    }

    private TimeSpan Later(KubernetesException e)
    {
        var delay = _backoff.Next();
        return e.RetryAfter is { } asked && asked > delay ? asked : delay;
    }
}
