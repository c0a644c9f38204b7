using System.Runtime.CompilerServices;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

public sealed partial class ObjectStore
{
    /// <summary>Everything that exists as Added, then every change, until cancelled.</summary>
    public async IAsyncEnumerable<Change> WatchAsync(string resource, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = SubscribeWithState(Resources.Get(resource));
        foreach (var stored in subscription.Initial)
        {
            yield return new Change(ChangeType.Added, resource, stored, null, Time.GetUtcNow());
        }

        await foreach (var change in subscription.Changes.ReadAllAsync(cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>Every change of every resource from now on, in order.</summary>
    public WatchSubscription SubscribeToAll()
    {
        lock (gate)
        {
            var subscription = new WatchSubscription(Detach(allSubscriptions));
            allSubscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>The state of now, and all changes after it.</summary>
    internal WatchSubscription SubscribeWithState(ResourceDefinition resource)
    {
        lock (gate)
        {
            var table = Table(resource.StorageKey);
            var subscription = Attach(table);
            subscription.Initial = [.. table.Objects.Values];
            subscription.StartRevision = revision;
            return subscription;
        }
    }

    /// <summary>All changes after <paramref name="since"/>; 410 when the past does not reach back so far.</summary>
    internal WatchSubscription SubscribeSince(ResourceDefinition resource, long since)
    {
        lock (gate)
        {
            var table = Table(resource.StorageKey);
            if (since < table.CompactedRevision)
            {
                throw ApiException.Expired($"too old resource version: {since} ({table.CompactedRevision})");
            }

            var subscription = Attach(table);
            subscription.StartRevision = since;
            foreach (var change in table.Since(since))
            {
                subscription.Offer(change);
            }

            return subscription;
        }
    }

    /// <summary>Ends watches from the server's side; with an error it is sent as the last event.</summary>
    internal void EndWatches(string? resource, Exception? error)
    {
        lock (gate)
        {
            foreach (var table in tables.Values.Where(table => resource is null || table.Resource == resource))
            {
                foreach (var subscription in table.Subscriptions)
                {
                    if (subscription.ForClient)
                    {
                        subscription.End(error);
                    }
                }
            }
        }
    }

    private WatchSubscription Attach(ResourceTable table)
    {
        var subscription = new WatchSubscription(ended =>
        {
            lock (gate)
            {
                table.Unsubscribe(ended);
            }
        });
        table.Subscribe(subscription);
        return subscription;
    }

    private Action<WatchSubscription> Detach(List<WatchSubscription> list) => ended =>
    {
        lock (gate)
        {
            list.Remove(ended);
        }
    };
}
