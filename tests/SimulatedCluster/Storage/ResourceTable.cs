using System.Collections.Immutable;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>The objects of one resource, the recent past of them, and who is watching. Guarded by the store's lock.</summary>
internal sealed class ResourceTable(string resource)
{
    private readonly Queue<Change> history = new();
    private readonly List<WatchSubscription> subscriptions = [];

    public string Resource { get; } = resource;

    public ImmutableSortedDictionary<ObjectKey, StoredObject> Objects { get; private set; } = ImmutableSortedDictionary<ObjectKey, StoredObject>.Empty;

    /// <summary>Nothing at or before this resource version can be replayed any more.</summary>
    public long CompactedRevision { get; private set; }

    public void Apply(Change change, int historyLimit)
    {
        Objects = change.Type == ChangeType.Deleted ? Objects.Remove(change.Object.Key) : Objects.SetItem(change.Object.Key, change.Object);
        change = change with { Snapshot = Objects };
        history.Enqueue(change);
        while (history.Count > historyLimit)
        {
            CompactedRevision = history.Dequeue().ResourceVersion;
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Offer(change);
        }
    }

    public void Compact(long revision)
    {
        while (history.Count > 0 && history.Peek().ResourceVersion <= revision)
        {
            history.Dequeue();
        }

        CompactedRevision = Math.Max(CompactedRevision, revision);
    }

    public IEnumerable<Change> Since(long revision) => history.Where(change => change.ResourceVersion > revision);

    /// <returns>null when that state is no longer known.</returns>
    public ImmutableSortedDictionary<ObjectKey, StoredObject>? SnapshotAt(long revision)
    {
        if (history.Count == 0)
        {
            return revision >= CompactedRevision ? Objects : null;
        }

        Change? last = null;
        foreach (var change in history)
        {
            if (change.ResourceVersion > revision)
            {
                break;
            }

            last = change;
        }

        if (last is not null)
        {
            return last.Snapshot;
        }

        // Before the first change that is remembered: known only when nothing was forgotten.
        return CompactedRevision == 0 ? ImmutableSortedDictionary<ObjectKey, StoredObject>.Empty : null;
    }

    public void Subscribe(WatchSubscription subscription) => subscriptions.Add(subscription);

    public void Unsubscribe(WatchSubscription subscription) => subscriptions.Remove(subscription);

    public IReadOnlyList<WatchSubscription> Subscriptions => subscriptions;
}
