using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>
/// All objects of the cluster with the semantics of the API server: optimistic locking, generations, finalizers, graceful
/// deletion, garbage collection. Actors and tests use it directly (no HTTP, no authorization); resources are named as
/// kubectl names them: <c>pods</c>, <c>daemonsets.apps</c>, <c>networkprofiles.netprofile.io</c>.
/// What is returned is shared: clone it (<see cref="JsonNode.DeepClone"/>) before changing it.
/// </summary>
public sealed partial class ObjectStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ResourceTable> tables = [];
    private readonly OwnerIndex owners = new();
    private readonly List<WatchSubscription> allSubscriptions = [];
    private long revision = 1000;

    public ObjectStore(ResourceRegistry resources, TimeProvider time, IReadOnlyList<IObjectRules> rules)
    {
        Resources = resources;
        Time = time;
        this.rules = rules;
    }

    public ResourceRegistry Resources { get; }

    public TimeProvider Time { get; }

    /// <summary>How many changes of each resource a watch can go back.</summary>
    public int HistoryLimit { get; init; } = 8192;

    /// <summary>Called after each change, on the writer's thread and outside the lock.</summary>
    internal event Action<Change>? Changed;

    /// <summary>The resource version of the last write to anything.</summary>
    public long Revision
    {
        get
        {
            lock (gate)
            {
                return revision;
            }
        }
    }

    public JsonObject? Get(string resource, string? @namespace, string name) => Find(Resources.Get(resource), @namespace, name)?.Value;

    public IReadOnlyList<JsonObject> List(string resource, string? @namespace = null, string? labelSelector = null, string? fieldSelector = null)
    {
        var definition = Resources.Get(resource);
        var selector = ObjectSelector.Parse(definition, labelSelector, fieldSelector);
        return [.. Snapshot(definition).Objects.Values
            .Where(stored => @namespace is null || stored.Key.Namespace == @namespace)
            .Where(stored => selector.Matches(stored.Value))
            .Select(stored => stored.Value)];
    }

    internal StoredObject? Find(ResourceDefinition resource, string? @namespace, string name)
    {
        lock (gate)
        {
            return Table(resource.StorageKey).Objects.GetValueOrDefault(new ObjectKey(resource.Namespaced ? @namespace ?? "" : "", name));
        }
    }

    internal (ImmutableSortedDictionary<ObjectKey, StoredObject> Objects, long Revision) Snapshot(ResourceDefinition resource)
    {
        lock (gate)
        {
            return (Table(resource.StorageKey).Objects, revision);
        }
    }

    /// <summary>The state as it was at <paramref name="at"/>; 410 when that is forgotten.</summary>
    internal ImmutableSortedDictionary<ObjectKey, StoredObject> SnapshotAt(ResourceDefinition resource, long at)
    {
        lock (gate)
        {
            return Table(resource.StorageKey).SnapshotAt(at)
                ?? throw ApiException.Expired("The resourceVersion for the provided list is too old.");
        }
    }

    /// <summary>Forgets the past, as etcd's compaction does: watches and lists of older versions get 410.</summary>
    public void Compact()
    {
        lock (gate)
        {
            foreach (var table in tables.Values)
            {
                table.Compact(revision);
            }
        }
    }

    private ResourceTable Table(string storageKey)
    {
        if (!tables.TryGetValue(storageKey, out var table))
        {
            tables[storageKey] = table = new ResourceTable(storageKey);
        }

        return table;
    }
}
