using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>What is in a value, what changed between two, and how two merge: structured-merge-diff's three walks.</summary>
internal static class TypedValue
{
    /// <summary>The fields that a configuration sets.</summary>
    public static FieldSet Fields(JsonNode? value, FieldSchema schema)
    {
        var set = new FieldSet();
        Collect(value, schema, set);
        return set;
    }

    /// <summary>Added or changed, and removed.</summary>
    public static (FieldSet Changed, FieldSet Removed) Compare(JsonNode? before, JsonNode? after, FieldSchema schema)
    {
        var (changed, removed) = (new FieldSet(), new FieldSet());
        Compare(before, after, schema, changed, removed);
        return (changed, removed);
    }

    private static void Collect(JsonNode? value, FieldSchema schema, FieldSet set)
    {
        if (value is JsonObject map && schema.IsGranularMap)
        {
            foreach (var (name, member) in map)
            {
                var child = set.Ensure(PathElement.Field(name));
                Collect(member, schema.MemberOrAny(name), child);
                child.Member |= member is null or JsonObject { Count: 0 } || !schema.IsNamedField(name);
                if (child.IsEmpty)
                {
                    set.Remove(PathElement.Field(name));
                }
            }
        }
        else if (value is JsonArray list && schema.IsAssociative)
        {
            foreach (var item in list)
            {
                if (PathElement.Item(schema, item) is { } key)
                {
                    var child = set.Ensure(key);
                    Collect(item, schema.Item, child);
                    child.Member = true;
                }
            }
        }
        else
        {
            set.Member = true;
        }
    }

    private static void Compare(JsonNode? before, JsonNode? after, FieldSchema schema, FieldSet changed, FieldSet removed)
    {
        if (before is null && after is null)
        {
            return;
        }

        changed.Member |= before is null;
        removed.Member |= after is null;
        if ((before ?? after) is JsonObject && before is null or JsonObject && after is null or JsonObject && schema.IsGranularMap)
        {
            var (left, right) = (before as JsonObject ?? [], after as JsonObject ?? []);
            foreach (var name in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)))
            {
                Descend(PathElement.Field(name), left[name], right[name], schema.MemberOrAny(name), changed, removed);
            }
        }
        else if ((before ?? after) is JsonArray && before is null or JsonArray && after is null or JsonArray && schema.IsAssociative)
        {
            var (left, right) = (Index(before as JsonArray, schema), Index(after as JsonArray, schema));
            foreach (var key in left.Keys.Union(right.Keys))
            {
                Descend(key, left.GetValueOrDefault(key), right.GetValueOrDefault(key), schema.Item, changed, removed);
            }
        }
        else if (before is not null && after is not null && !JsonReading.Same(before, after))
        {
            changed.Member = true;
        }
    }

    private static void Descend(string key, JsonNode? before, JsonNode? after, FieldSchema schema, FieldSet changed, FieldSet removed)
    {
        if (JsonReading.Same(before, after))
        {
            return;
        }

        Compare(before, after, schema, changed.Ensure(key), removed.Ensure(key));
        foreach (var set in (FieldSet[])[changed, removed])
        {
            if (set.Child(key)!.IsEmpty)
            {
                set.Remove(key);
            }
        }
    }

    internal static Dictionary<string, JsonNode?> Index(JsonArray? list, FieldSchema schema)
    {
        var index = new Dictionary<string, JsonNode?>();
        foreach (var item in list ?? [])
        {
            if (PathElement.Item(schema, item) is { } key)
            {
                index.TryAdd(key, item);
            }
        }

        return index;
    }
}
