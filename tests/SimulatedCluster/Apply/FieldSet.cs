using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>
/// A set of field paths as a tree. Keys are those of fieldsV1: <c>f:name</c> a member, <c>k:{…}</c> an item by its keys,
/// <c>v:…</c> an item by its value. <see cref="Member"/>: the path up to here is itself in the set.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);

    public bool Member { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => children;

    public bool IsEmpty => !Member && children.Count == 0;

    public FieldSet? Child(string key) => children.GetValueOrDefault(key);

    public FieldSet Ensure(string key)
    {
        if (!children.TryGetValue(key, out var child))
        {
            children[key] = child = new FieldSet();
        }

        return child;
    }

    public void Remove(string key) => children.Remove(key);

    public FieldSet Union(FieldSet other) => Combine(this, other, (left, right) => left || right);

    public FieldSet Intersection(FieldSet other) => Combine(this, other, (left, right) => left && right);

    public FieldSet Difference(FieldSet other) => Combine(this, other, (left, right) => left && !right);

    public bool SetEquals(FieldSet other) => Combine(this, other, (left, right) => left != right).IsEmpty;

    /// <summary>All paths as people read them: <c>.spec.ports[port=80,protocol="TCP"].name</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (Member && prefix.Length > 0)
        {
            yield return prefix;
        }

        foreach (var (key, child) in children)
        {
            foreach (var path in child.Paths(prefix + PathElement.Display(key)))
            {
                yield return path;
            }
        }
    }

    public static FieldSet FromFieldsV1(JsonObject fields)
    {
        var set = new FieldSet { Member = fields.ContainsKey(".") };
        foreach (var (key, value) in fields)
        {
            if (key == "." || value is not JsonObject nested)
            {
                continue;
            }

            var child = FromFieldsV1(nested);
            child.Member |= nested.Count == 0;
            set.children[key] = child;
        }

        return set;
    }

    public JsonObject ToFieldsV1()
    {
        var fields = new JsonObject();
        foreach (var (key, child) in children)
        {
            var nested = child.ToFieldsV1();
            if (child.Member && nested.Count > 0)
            {
                nested.Insert(0, ".", new JsonObject());
            }

            fields[key] = nested;
        }

        return fields;
    }

    private static FieldSet Combine(FieldSet? left, FieldSet? right, Func<bool, bool, bool> keep)
    {
        var result = new FieldSet { Member = keep(left?.Member == true, right?.Member == true) };
        foreach (var key in (left?.children.Keys ?? Enumerable.Empty<string>()).Union(right?.children.Keys ?? Enumerable.Empty<string>()))
        {
            var child = Combine(left?.Child(key), right?.Child(key), keep);
            if (!child.IsEmpty)
            {
                result.children[key] = child;
            }
        }

        return result;
    }
}
