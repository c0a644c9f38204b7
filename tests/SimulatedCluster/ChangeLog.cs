using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster;

/// <summary>All changes of all objects since the start, in order, to assert on afterwards.</summary>
public sealed class ChangeLog
{
    private readonly WatchSubscription subscription;
    private readonly List<Change> changes = [];

    internal ChangeLog(ObjectStore store) => subscription = store.SubscribeToAll();

    public IReadOnlyList<Change> All
    {
        get
        {
            lock (changes)
            {
                while (subscription.Changes.TryRead(out var change))
                {
                    changes.Add(change);
                }

                return [.. changes];
            }
        }
    }

    public IEnumerable<Change> Of(string resource, string? name = null) =>
        All.Where(change => change.Resource == resource && (name is null || change.Object.Key.Name == name));
}
