using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Engine;

/// <summary>
/// One component of the cluster (a controller, the kubelets, the scheduler): it sees every change, remembers which keys have
/// to be looked at, and brings each to where it belongs. Keys are looked at once per round, so a thousand changes of pods are
/// one look at their DaemonSet. Called by <see cref="ActorEngine"/> only, from one thread at a time.
/// </summary>
public abstract class Actor(World world)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private readonly SortedSet<ObjectKey> dirty = [];
    private readonly PriorityQueue<ObjectKey, DateTimeOffset> waiting = new();

    protected World World { get; } = world;

    protected ObjectStore Store => World.Store;

    protected ClusterView View => World.View;

    protected DateTimeOffset Now => World.Now;

    internal bool HasWork => dirty.Count > 0;

    internal DateTimeOffset? NextDue => waiting.TryPeek(out _, out var due) ? due : null;

    /// <summary>Marks what the change is of interest for.</summary>
    public abstract void Observe(Change change);

    /// <summary>The state of a node's host changed.</summary>
    public virtual void HostTouched(string node)
    {
    }

    /// <summary>Looks at one key and does what is due; anything that lies in the future goes through <see cref="LookAgainAt"/>.</summary>
    protected abstract void Reconcile(ObjectKey key);

    protected void LookAt(ObjectKey key) => dirty.Add(key);

    protected void LookAgainAt(ObjectKey key, DateTimeOffset due)
    {
        if (due <= Now)
        {
            dirty.Add(key);
        }
        else
        {
            waiting.Enqueue(key, due);
        }
    }

    internal void WakeDue()
    {
        while (waiting.TryPeek(out var key, out var due) && due <= Now)
        {
            waiting.Dequeue();
            dirty.Add(key);
        }
    }

    internal virtual void Work()
    {
        var keys = dirty.ToList();
        dirty.Clear();
        foreach (var key in keys)
        {
            try
            {
                Reconcile(key);
            }
            catch (ApiException)
            {
                // Refused (a namespace that goes away, an admission rule): tried again, as a controller's queue does.
                LookAgainAt(key, Now + Retry);
            }
        }
    }
}
