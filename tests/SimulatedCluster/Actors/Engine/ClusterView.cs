using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Engine;

/// <summary>Pods and nodes as of the changes seen so far, with the indexes that controllers ask for.</summary>
public sealed class ClusterView
{
    private readonly Dictionary<ObjectKey, JsonObject> pods = [];
    private readonly Dictionary<string, SortedSet<ObjectKey>> podsByNode = [];
    private readonly Dictionary<string, SortedSet<ObjectKey>> podsByOwner = [];
    private readonly Dictionary<ObjectKey, string> booked = [];
    private readonly SortedDictionary<string, JsonObject> nodes = new(StringComparer.Ordinal);

    public IReadOnlyCollection<JsonObject> Nodes => nodes.Values;

    public IEnumerable<JsonObject> Pods => pods.Values;

    public JsonObject? Node(string name) => nodes.GetValueOrDefault(name);

    public JsonObject? Pod(ObjectKey key) => pods.GetValueOrDefault(key);

    /// <summary>Pods bound to a node; with an empty name those that wait for the scheduler.</summary>
    public IEnumerable<JsonObject> PodsOn(string node) => Of(podsByNode, node);

    public IEnumerable<JsonObject> PodsOwnedBy(string uid) => Of(podsByOwner, uid);

    public static string? ControllerUid(JsonObject value) =>
        value.OwnerReferences().FirstOrDefault(owner => owner.Bool("controller") == true)?.Str("uid");

    /// <summary>Books a pod on a node before its change arrives, so that the next pod of the same round sees the place taken.</summary>
    internal void Bind(ObjectKey key, string node)
    {
        if (pods.ContainsKey(key))
        {
            Index(podsByNode, "", key, add: false);
            Index(podsByNode, node, key, add: true);
            booked[key] = node;
        }
    }

    internal void Apply(Change change)
    {
        var value = change.Object.Value;
        if (change.Resource == "nodes")
        {
            if (change.Type == ChangeType.Deleted)
            {
                nodes.Remove(value.Name());
            }
            else
            {
                nodes[value.Name()] = value;
            }
        }
        else if (change.Resource == "pods")
        {
            ApplyPod(change.Object.Key, change.Type == ChangeType.Deleted ? null : value);
        }
    }

    private void ApplyPod(ObjectKey key, JsonObject? value)
    {
        if (pods.Remove(key, out var old))
        {
            booked.Remove(key, out var node);
            Index(podsByNode, node ?? old.Str("spec", "nodeName") ?? "", key, add: false);
            Index(podsByOwner, ControllerUid(old), key, add: false);
        }

        if (value is not null)
        {
            pods[key] = value;
            Index(podsByNode, value.Str("spec", "nodeName") ?? "", key, add: true);
            Index(podsByOwner, ControllerUid(value), key, add: true);
        }
    }

    private static void Index(Dictionary<string, SortedSet<ObjectKey>> index, string? by, ObjectKey key, bool add)
    {
        if (by is null)
        {
            return;
        }

        if (!index.TryGetValue(by, out var keys))
        {
            if (!add)
            {
                return;
            }

            index[by] = keys = [];
        }

        if (add)
        {
            keys.Add(key);
        }
        else if (keys.Remove(key) && keys.Count == 0)
        {
            index.Remove(by);
        }
    }

    private IEnumerable<JsonObject> Of(Dictionary<string, SortedSet<ObjectKey>> index, string by) =>
        index.TryGetValue(by, out var keys) ? keys.Select(key => pods[key]) : [];
}
