using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <inheritdoc cref="IResourceInformer{T}"/>
public sealed class ResourceInformer<T> : IResourceInformer<T>, IWatchSink<T>
    where T : class, IKubernetesEntity<T>
{
    private readonly Lock _lock = new();
    private readonly ObjectCache<T> _cache = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<NamespacedName, UnreadableObject> _unreadable = [];
    private readonly InformerOptions<T> _options;
    private readonly ILogger _logger;
    private readonly WatchLoop<T> _loop;
    private List<ResourceInformerCallback<T>> _callbacks = [];
    private volatile KubernetesException? _lastError;

    public ResourceInformer(IKubernetesClient client, InformerOptions<T> options, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _loop = new WatchLoop<T>(client, options, this, clock, logger);
    }

    public ILister<T> Lister => _cache;

    public KubernetesException? LastError => _lastError;

    public IReadOnlyCollection<UnreadableObject> Unreadable
    {
        get
        {
            lock (_lock)
            {
                return [.. _unreadable.Values];
            }
        }
    }

    /// <summary>Follows the server until cancelled; called once.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(cancellationToken);

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    public IDisposable Register(ResourceInformerCallback<T> callback)
    {
        lock (_lock)
        {
            foreach (var item in _cache.List())
            {
                Call(callback, WatchEventType.Added, item);
            }

            _callbacks = [.. _callbacks, callback];
        }

        return new Registration(() =>
        {
            lock (_lock)
            {
                _callbacks = [.. _callbacks.Where(registered => registered != callback)];
            }
        });
    }

    void IWatchSink<T>.Report(KubernetesException? error) => _lastError = error;

    void IWatchSink<T>.Replace(KubernetesList<T> all)
    {
        lock (_lock)
        {
            var gone = _cache.Names().ToHashSet();
            _unreadable.Clear();
            foreach (var item in all.Items)
            {
                var name = EntityKeys.Of(item);
                gone.Remove(name);
                Put(name, item);
            }

            foreach (var unreadable in all.Unreadable)
            {
                Note(unreadable);
                if (unreadable.Name is { } name)
                {
                    gone.Remove(name);
                }
            }

            foreach (var name in gone)
            {
                Drop(name, null);
            }

            _cache.MarkSynced();
            _synced.TrySetResult();
        }
    }

    void IWatchSink<T>.Handle(WatchEvent<T> change)
    {
        lock (_lock)
        {
            switch (change.Type)
            {
                case WatchEventType.Added or WatchEventType.Modified when change.Object is { } item:
                    var name = EntityKeys.Of(item);
                    _unreadable.Remove(name);
                    Put(name, item);
                    break;
                case WatchEventType.Deleted when change.Name is { } deleted:
                    _unreadable.Remove(deleted);
                    Drop(deleted, change.Object);
                    break;
                default:
                    Note(new UnreadableObject(change.Name, change.Error ?? "unreadable"));
                    break;
            }
        }
    }

    private void Put(NamespacedName name, T item)
    {
        var before = _cache.Set(name, item);
        if (before is null)
        {
            Tell(WatchEventType.Added, item);
        }
        else if (!SameVersion(before, item) && !(_options.Unchanged?.Invoke(before, item) ?? false))
        {
            Tell(WatchEventType.Modified, item);
        }
    }

    private void Drop(NamespacedName name, T? last)
    {
        if (_cache.Remove(name) is { } before)
        {
            Tell(WatchEventType.Deleted, last ?? before);
        }
    }

    private void Note(UnreadableObject unreadable)
    {
        if (unreadable.Name is { } name)
        {
            _unreadable[name] = unreadable;
        }

        _logger.UnreadableObject(T.Entity.Kind, unreadable.Name, unreadable.Error);
    }

    private void Tell(WatchEventType type, T item)
    {
        foreach (var callback in _callbacks)
        {
            Call(callback, type, item);
        }
    }

    private void Call(ResourceInformerCallback<T> callback, WatchEventType type, T item)
    {
        try
        {
            callback(type, item);
        }
#pragma warning disable CA1031 // Whatever a callback does, the others and the watch go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.CallbackFailed(T.Entity.Kind, e);
        }
    }

    /// <summary>A relist brings back what the cache has; an object made anew under its name has another version anyway.</summary>
    private static bool SameVersion(T before, T after) =>
        before.Metadata.ResourceVersion is { Length: > 0 } version && version == after.Metadata.ResourceVersion && before.Metadata.Uid == after.Metadata.Uid;

    private sealed class Registration(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
