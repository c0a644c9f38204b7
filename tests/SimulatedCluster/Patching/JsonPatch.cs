using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Patching;

/// <summary>RFC 6902.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        foreach (var operation in operations.Objects())
        {
            var path = operation.Str("path") ?? throw ApiException.BadRequest("error decoding patch: an operation has no path");
            switch (operation.Str("op"))
            {
                case "add":
                    Add(target, path, operation["value"]?.DeepClone());
                    break;
                case "remove":
                    Remove(target, path);
                    break;
                case "replace":
                    Remove(target, path, "replace");
                    Add(target, path, operation["value"]?.DeepClone());
                    break;
                case "move":
                    Add(target, path, Remove(target, operation.Str("from") ?? ""));
                    break;
                case "copy":
                    Add(target, path, Find(target, operation.Str("from") ?? "")?.DeepClone());
                    break;
                case "test":
                    if (!JsonReading.Same(Find(target, path), operation["value"]))
                    {
                        throw Unprocessable($"testing value {path} failed: test failed");
                    }

                    break;
                default:
                    throw ApiException.BadRequest($"error decoding patch: unexpected kind: {operation.Str("op")}");
            }
        }

        return target;
    }

    private static ApiException Unprocessable(string message) => ApiException.Create(422, "Invalid", $"the server rejected our request due to an error in our request: {message}", []);

    private static string[] Steps(string path) =>
        [.. path.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static JsonNode? Find(JsonNode? node, string path)
    {
        foreach (var step in Steps(path))
        {
            node = node switch
            {
                JsonObject map => map[step],
                JsonArray array => array[Index(array, step, array.Count - 1)],
                _ => null,
            };
        }

        return node;
    }

    private static (JsonNode Parent, string Last) Locate(JsonObject target, string path, string operation)
    {
        var steps = Steps(path);
        JsonNode? node = target;
        foreach (var step in steps[..^1])
        {
            node = node switch
            {
                JsonObject map => map[step],
                JsonArray array => array[Index(array, step, array.Count - 1)],
                _ => null,
            };
        }

        return (node ?? throw Unprocessable($"{operation} operation does not apply: doc is missing path: {path}: missing value"), steps[^1]);
    }

    private static void Add(JsonObject target, string path, JsonNode? value)
    {
        var (parent, last) = Locate(target, path, "add");
        if (parent is JsonArray array)
        {
            array.Insert(last == "-" ? array.Count : Index(array, last, array.Count), value);
        }
        else if (parent is JsonObject map)
        {
            map[last] = value;
        }
    }

    private static JsonNode? Remove(JsonObject target, string path, string operation = "remove")
    {
        var (parent, last) = Locate(target, path, operation);
        if (parent is JsonArray array)
        {
            var index = Index(array, last, array.Count - 1);
            var removed = array[index];
            array.RemoveAt(index);
            return removed;
        }

        var owner = (JsonObject)parent;
        if (!owner.TryGetPropertyValue(last, out var node))
        {
            throw Unprocessable(operation == "replace"
                ? $"replace operation does not apply: doc is missing key: {path}: missing value"
                : $"remove operation does not apply: doc is missing path: {path}: missing value");
        }

        owner.Remove(last);
        return node;
    }

    private static int Index(JsonArray array, string step, int max) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= max
            ? index
            : throw Unprocessable($"Unable to access invalid index: {step}: invalid index referenced");
}
