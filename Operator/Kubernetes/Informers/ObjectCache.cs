using System.Collections.Concurrent;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <summary>The objects of one informer by key. One writer, the watch; any number of readers.</summary>
internal sealed class ObjectCache<T> : ILister<T>
    where T : class, IKubernetesEntity<T>
{
    private readonly ConcurrentDictionary<NamespacedName, T> _objects = new();
    private volatile bool _synced;

    public bool HasSynced => _synced;

    public T? Get(NamespacedName name) => _objects.GetValueOrDefault(name);

    public IReadOnlyCollection<T> List() => [.. _objects.Values];

    /// <returns>What was there before.</returns>
    public T? Set(NamespacedName name, T item)
    {
        _objects.TryGetValue(name, out var before);
        _objects[name] = item;
        return before;
    }

    public T? Remove(NamespacedName name) => _objects.TryRemove(name, out var before) ? before : null;

    public IReadOnlyCollection<NamespacedName> Names() => [.. _objects.Keys];

    public void MarkSynced() => _synced = true;
}

internal static class EntityKeys
{
    public static NamespacedName Of<T>(T entity)
        where T : class, IKubernetesEntity<T> => KubernetesRequest.Key(entity);
}
