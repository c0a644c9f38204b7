using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Cilium.Values;

/// <summary>Values documents as helm sees them: maps merge, everything else replaces.</summary>
internal static class JsonPaths
{
    /// <summary>Sets <paramref name="value"/> at "a.b.c"; whatever stands in the way of the path is replaced.</summary>
    public static void Set(this JsonObject root, string path, JsonNode? value)
    {
        var keys = path.Split('.');
        var at = root;
        foreach (var key in keys[..^1])
        {
            if (at[key] is not JsonObject next)
            {
                next = [];
                at[key] = next;
            }

            at = next;
        }

        at[keys[^1]] = value;
    }

    /// <summary>What stands at "a.b.c"; null when nothing does.</summary>
    public static JsonNode? At(this JsonObject root, string path)
    {
        JsonNode? at = root;
        foreach (var key in path.Split('.'))
        {
            at = (at as JsonObject)?[key];
        }

        return at;
    }

    public static bool Has(this JsonObject root, string path)
    {
        var keys = path.Split('.');
        JsonNode? at = root;
        foreach (var key in keys[..^1])
        {
            at = (at as JsonObject)?[key];
        }

        return at is JsonObject parent && parent.ContainsKey(keys[^1]);
    }

    /// <summary>Lays <paramref name="over"/> over <paramref name="target"/>, in place.</summary>
    public static void Merge(this JsonObject target, JsonObject over)
    {
        foreach (var (key, value) in over)
        {
            if (value is JsonObject map && target[key] is JsonObject below)
            {
                below.Merge(map);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    /// <summary>Keys in ordinal order at every level, so that equal values are equal text.</summary>
    public static JsonObject Sorted(this JsonObject source)
    {
        var sorted = new JsonObject();
        foreach (var (key, value) in source.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            sorted[key] = value is JsonObject map ? map.Sorted() : value?.DeepClone();
        }

        return sorted;
    }

    public static JsonArray ToJsonArray(this IEnumerable<string> items) => [.. items.Select(i => (JsonNode)JsonValue.Create(i))];

    /// <summary>"bool string int number list map null": the words of the table of keys.</summary>
    public static string TypeName(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "map",
        JsonArray => "list",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.String => "string",
            _ => decimal.TryParse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var d) && d == decimal.Truncate(d)
                && !node.ToJsonString().Contains('.', StringComparison.Ordinal) ? "int" : "number",
        },
    };
}
