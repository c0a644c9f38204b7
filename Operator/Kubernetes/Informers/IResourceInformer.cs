using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <summary>Reads from memory. What it returns is shared: the records are immutable, and nobody copies them.</summary>
public interface ILister<T>
{
    bool HasSynced { get; }

    T? Get(NamespacedName name);

    IReadOnlyCollection<T> List();
}

/// <summary>Added, Modified or Deleted; for Deleted the last known state.</summary>
public delegate void ResourceInformerCallback<in T>(WatchEventType eventType, T resource);

/// <summary>
/// A cache of one kind that follows the server: list in pages, then watch, forever.
/// Guarantees: callbacks for one informer never run in parallel; after a reconnect or a relist the differences come as Added,
/// Modified and Deleted, so nothing is missed but intermediate states; an object that cannot be read is reported and neither
/// stops the others nor counts as deleted.
/// Assumptions: callbacks are quick (they put a key on a queue) and take no lock that is held while registering.
/// </summary>
public interface IResourceInformer<T>
    where T : class, IKubernetesEntity<T>
{
    ILister<T> Lister { get; }

    /// <summary>Why the last list or watch failed; null while all is well. A missing kind or right shows here.</summary>
    KubernetesException? LastError { get; }

    /// <summary>Objects that exist and cannot be read, with the reason.</summary>
    IReadOnlyCollection<UnreadableObject> Unreadable { get; }

    /// <summary>What is in the cache already comes as Added before this returns.</summary>
    IDisposable Register(ResourceInformerCallback<T> callback);

    /// <summary>Waits for the first complete list.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}

public sealed record InformerOptions<T>
{
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    public int PageSize { get; init; } = 500;

    /// <summary>Keeps only what is needed of an object; must keep name, namespace, uid and resource version.</summary>
    public Func<T, T>? Transform { get; init; }

    /// <summary>(before, after) → true when nobody needs to hear of it; the cache is brought up to date all the same.</summary>
    public Func<T, T, bool>? Unchanged { get; init; }
}
