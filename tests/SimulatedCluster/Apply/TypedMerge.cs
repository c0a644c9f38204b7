using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>Laying a configuration over the live object, and taking away what nobody wants any more.</summary>
internal static class TypedMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? config, FieldSchema schema)
    {
        if (config is JsonObject map && live is null or JsonObject && schema.IsGranularMap)
        {
            var merged = live?.DeepClone() as JsonObject ?? [];
            foreach (var (name, value) in map)
            {
                var both = Merge((live as JsonObject)?[name], value, schema.MemberOrAny(name));
                if (both is null)
                {
                    merged.Remove(name);
                }
                else
                {
                    merged[name] = both;
                }
            }

            return merged;
        }

        return config is JsonArray list && live is null or JsonArray && schema.IsAssociative
            ? MergeList(live as JsonArray ?? [], list, schema)
            : config?.DeepClone();
    }

    /// <summary>
    /// Removes what <paramref name="last"/> (the manager's previous configuration) holds and <paramref name="owned"/>
    /// (what any manager has now) does not.
    /// </summary>
    public static void Prune(JsonNode? value, FieldSchema schema, FieldSet last, FieldSet owned)
    {
        if (value is JsonObject map && schema.IsGranularMap)
        {
            foreach (var (name, member) in map.ToList())
            {
                var key = PathElement.Field(name);
                if (last.Child(key) is not { } before)
                {
                    continue;
                }

                if (owned.Child(key) is { } still)
                {
                    Prune(member, schema.MemberOrAny(name), before, still);
                }
                else
                {
                    map.Remove(name);
                }
            }
        }
        else if (value is JsonArray list && schema.IsAssociative)
        {
            foreach (var item in list.ToList())
            {
                if (PathElement.Item(schema, item) is not { } key || last.Child(key) is not { } before)
                {
                    continue;
                }

                if (owned.Child(key) is { } still)
                {
                    Prune(item, schema.Item, before, still);
                }
                else
                {
                    list.Remove(item);
                }
            }
        }
    }

    /// <summary>Live order, except where the configuration orders its own items; new items come after their predecessor.</summary>
    private static JsonArray MergeList(JsonArray live, JsonArray config, FieldSchema schema)
    {
        var liveItems = live.Select(item => (Key: PathElement.Item(schema, item) ?? "", Item: item)).ToList();
        var configItems = config.Select(item => (Key: PathElement.Item(schema, item) ?? "", Item: item)).ToList();
        var liveByKey = TypedValue.Index(live, schema);
        var configKeys = configItems.Select(item => item.Key).ToHashSet();
        var merged = new JsonArray();
        var next = 0;
        foreach (var (key, item) in configItems)
        {
            while (next < liveItems.Count && liveItems[next].Key != key && (!liveByKey.ContainsKey(key) || !configKeys.Contains(liveItems[next].Key)))
            {
                if (!configKeys.Contains(liveItems[next].Key))
                {
                    merged.Add(liveItems[next].Item?.DeepClone());
                }
                else if (!liveByKey.ContainsKey(key))
                {
                    break;
                }

                next++;
            }

            merged.Add(Merge(liveByKey.GetValueOrDefault(key), item, schema.Item));
            if (next < liveItems.Count && liveItems[next].Key == key)
            {
                next++;
            }
        }

        foreach (var (key, item) in liveItems.Skip(next).Where(item => !configKeys.Contains(item.Key)))
        {
            merged.Add(item?.DeepClone());
        }

        return merged;
    }
}
