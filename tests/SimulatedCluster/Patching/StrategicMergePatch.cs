using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Patching;

/// <summary>
/// Strategic merge patch: lists with a merge key merge by it; <c>$patch</c> (replace, delete, merge),
/// <c>$deleteFromPrimitiveList</c>, <c>$setElementOrder</c> and <c>$retainKeys</c> are directives.
/// </summary>
internal static class StrategicMergePatch
{
    private const string DeleteItems = "$deleteFromPrimitiveList/";
    private const string Order = "$setElementOrder/";

    public static JsonObject Apply(ResourceDefinition resource, JsonObject target, JsonObject patch) =>
        Merge(target, patch, ResourceTypes.Of(resource));

    private static JsonObject Merge(JsonObject target, JsonObject patch, FieldSchema schema)
    {
        switch (patch.Str("$patch"))
        {
            case "replace":
                return Clean(patch);
            case "delete":
                return [];
        }

        if (patch.Arr("$retainKeys") is { } retain)
        {
            var kept = retain.Strings().ToHashSet();
            foreach (var key in target.Select(pair => pair.Key).Where(key => !kept.Contains(key)).ToList())
            {
                target.Remove(key);
            }
        }

        foreach (var (key, value) in patch)
        {
            if (key.StartsWith(DeleteItems, StringComparison.Ordinal))
            {
                RemovePrimitives(target, key[DeleteItems.Length..], value as JsonArray);
            }
            else if (!key.StartsWith('$'))
            {
                Set(target, key, value, schema.MemberOrAny(key));
            }
        }

        foreach (var (key, value) in patch.Where(pair => pair.Key.StartsWith(Order, StringComparison.Ordinal)))
        {
            Reorder(target, key[Order.Length..], value as JsonArray, schema.MemberOrAny(key[Order.Length..]));
        }

        return target;
    }

    private static void Set(JsonObject target, string key, JsonNode? value, FieldSchema schema)
    {
        switch (value)
        {
            case null:
                target.Remove(key);
                break;
            case JsonObject map:
                var current = target[key] as JsonObject;
                target.Remove(key);
                var merged = Merge(current ?? [], map, schema);
                if (map.Str("$patch") != "delete")
                {
                    target[key] = merged;
                }

                break;
            case JsonArray list when schema.Shape == FieldShape.List && schema.Keys.Count > 0 && target[key] is JsonArray existing:
                MergeList(existing, list, schema);
                break;
            case JsonArray list when schema is { Shape: FieldShape.List, IsSet: true } && target[key] is JsonArray existing:
                foreach (var item in list.Where(item => !existing.Any(known => JsonReading.Same(known, item))).ToList())
                {
                    existing.Add(item?.DeepClone());
                }

                break;
            case JsonArray list:
                target[key] = new JsonArray([.. list.Where(item => item.Str("$patch") is null).Select(item => item is JsonObject map ? Clean(map) : item?.DeepClone())]);
                break;
            default:
                target[key] = value.DeepClone();
                break;
        }
    }

    /// <summary>The first key of a list map is its merge key.</summary>
    private static void MergeList(JsonArray target, JsonArray patch, FieldSchema schema)
    {
        if (patch.Objects().Any(item => item.Str("$patch") == "replace" && item.Count == 1))
        {
            target.Clear();
        }

        var mergeKey = schema.Keys[0];
        foreach (var item in patch.Objects().Where(item => item.Str("$patch") != "replace"))
        {
            var found = target.Objects().FirstOrDefault(known => JsonReading.Same(known[mergeKey], item[mergeKey]));
            if (item.Str("$patch") == "delete")
            {
                foreach (var gone in target.Objects().Where(known => JsonReading.Same(known[mergeKey], item[mergeKey])).ToList())
                {
                    target.Remove(gone);
                }
            }
            else if (found is null)
            {
                target.Add((JsonNode)Clean(item));
            }
            else
            {
                Merge(found, item, schema.Item);
            }
        }
    }

    private static void RemovePrimitives(JsonObject target, string key, JsonArray? gone)
    {
        if (target[key] is JsonArray list)
        {
            foreach (var item in list.Where(item => gone?.Any(value => JsonReading.Same(value, item)) == true).ToList())
            {
                list.Remove(item);
            }
        }
    }

    private static void Reorder(JsonObject target, string key, JsonArray? order, FieldSchema schema)
    {
        if (target[key] is not JsonArray list || order is null)
        {
            return;
        }

        int Rank(JsonNode? item)
        {
            for (var index = 0; index < order.Count; index++)
            {
                if (schema.Keys.Count > 0 ? JsonReading.Same(order[index].At(schema.Keys[0]), item.At(schema.Keys[0])) : JsonReading.Same(order[index], item))
                {
                    return index;
                }
            }

            return int.MaxValue;
        }

        var sorted = list.OrderBy(Rank).Select(item => item?.DeepClone()).ToArray();
        target[key] = new JsonArray(sorted);
    }

    private static JsonObject Clean(JsonObject patch)
    {
        var clean = (JsonObject)patch.DeepClone();
        foreach (var key in clean.Select(pair => pair.Key).Where(key => key.StartsWith('$')).ToList())
        {
            clean.Remove(key);
        }

        foreach (var (key, value) in clean.ToList())
        {
            if (value is JsonObject nested)
            {
                clean[key] = Clean(nested);
            }
            else if (value is null)
            {
                clean.Remove(key);
            }
        }

        return clean;
    }
}
