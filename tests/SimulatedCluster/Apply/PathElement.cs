using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Apply;

/// <summary>One step of a field path in the form of fieldsV1.</summary>
internal static class PathElement
{
    public static string Field(string name) => $"f:{name}";

    /// <summary>The step to an item of an associative list; null when the item lacks its keys.</summary>
    public static string? Item(FieldSchema list, JsonNode? item)
    {
        if (list.IsSet)
        {
            return item is null ? null : $"v:{JsonText.ToText(item)}";
        }

        if (item is not JsonObject map)
        {
            return null;
        }

        var keys = new JsonObject();
        foreach (var name in list.Keys.Order(StringComparer.Ordinal))
        {
            if (map[name] is { } value)
            {
                keys[name] = value.DeepClone();
            }
            else if (list.KeyDefaults.TryGetValue(name, out var fallback))
            {
                keys[name] = fallback;
            }
        }

        return keys.Count == 0 ? null : $"k:{JsonText.ToText(keys)}";
    }

    public static string Display(string key)
    {
        if (key.StartsWith("f:", StringComparison.Ordinal))
        {
            return $".{key[2..]}";
        }

        return key.StartsWith("k:", StringComparison.Ordinal)
            ? $"[{string.Join(',', JsonText.ParseObject(key[2..]).Select(pair => $"{pair.Key}={(pair.Value is null ? "null" : JsonText.ToText(pair.Value))}"))}]"
            : key.StartsWith("v:", StringComparison.Ordinal) ? $"[={key[2..]}]" : $"[{key[2..]}]";
    }
}
