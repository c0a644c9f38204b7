using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Json;

/// <summary>Reading generic objects by path; what is absent or of another type reads as null.</summary>
public static class JsonReading
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (node is not JsonObject o || !o.TryGetPropertyValue(step, out node))
            {
                return null;
            }
        }

        return node;
    }

    public static JsonObject? Obj(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static JsonArray? Arr(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonArray;

    public static string? Str(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsString();

    public static long? Long(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path).AsLong();

    public static bool? Bool(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path)?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public static string? AsString(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? AsLong(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (long)number
            : null;

    public static IEnumerable<JsonObject> Objects(this JsonArray? array) => array?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Strings(this JsonArray? array) => array?.Select(AsString).OfType<string>() ?? [];

    /// <summary>The member, made when it is absent.</summary>
    public static JsonObject Ensure(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (node[step] is not JsonObject child)
            {
                node[step] = child = [];
            }

            node = child;
        }

        return node;
    }

    public static bool Same(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);
}
