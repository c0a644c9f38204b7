using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>Order of keys as etcd has it: by namespace, then by name.</summary>
public readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;

    public int CompareTo(ObjectKey other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>
/// One stored revision. <see cref="Value"/> is shared by all readers and never changes; whoever wants to change it clones it first.
/// </summary>
public sealed class StoredObject
{
    private StoredObject(JsonObject value, byte[] utf8, long resourceVersion)
    {
        Value = value;
        Utf8 = utf8;
        ResourceVersion = resourceVersion;
    }

    public JsonObject Value { get; }

    /// <summary>The wire form, made once for all lists and watches.</summary>
    public byte[] Utf8 { get; }

    public long ResourceVersion { get; }

    public ObjectKey Key => new(Value.Namespace() ?? "", Value.Name());

    // Lists of built-in types leave these two out, which is a cut at the front.
    private static void MoveFirst(JsonObject value, string key)
    {
        var index = value.IndexOf(key);
        if (index > 0 && value[key] is var node)
        {
            value.RemoveAt(index);
            value.Insert(0, key, node);
        }
    }

    internal static StoredObject Freeze(JsonObject value, long resourceVersion)
    {
        MoveFirst(value, "kind");
        MoveFirst(value, "apiVersion");
        value.Metadata()["resourceVersion"] = resourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var utf8 = JsonText.ToUtf8(value);
        return new StoredObject((JsonObject)JsonText.Parse(utf8)!, utf8, resourceVersion);
    }
}

public enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One write. For <see cref="ChangeType.Deleted"/> the object is the last state with the resource version of the deletion.</summary>
public sealed record Change(ChangeType Type, string Resource, StoredObject Object, StoredObject? Previous, DateTimeOffset Time)
{
    internal ImmutableSortedDictionary<ObjectKey, StoredObject> Snapshot { get; init; } = ImmutableSortedDictionary<ObjectKey, StoredObject>.Empty;

    public long ResourceVersion => Object.ResourceVersion;
}
