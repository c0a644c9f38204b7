using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetProfile.Commands.Validation;

/// <summary>A field by its path, as <c>spec.hubble.metrics[2]</c>, in a document.</summary>
internal static partial class JsonFields
{
    public static JsonNode? At(JsonNode? root, string path)
    {
        foreach (var (key, index) in Steps(path))
        {
            root = (root, index) switch
            {
                (JsonArray list, { } i) => i < list.Count ? list[i] : null,
                (JsonObject map, null) => map[key],
                _ => null,
            };
        }

        return root;
    }

    /// <summary>Takes the field out; an element of a list becomes null, so that the ones behind it keep their place.</summary>
    public static void Remove(JsonNode root, string path)
    {
        var steps = Steps(path).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        var cut = path.LastIndexOfAny(['.', '[']);
        var (key, index) = steps[^1];
        switch (At(root, cut < 0 ? "" : path[..cut]))
        {
            case JsonObject map:
                map.Remove(key);
                break;
            case JsonArray list when index < list.Count:
                list[index.Value] = null;
                break;
        }
    }

    /// <summary>What stands there, for a message.</summary>
    public static string Show(JsonNode? node)
    {
        var text = node switch
        {
            null => "",
            JsonValue when node.GetValueKind() == JsonValueKind.String => node.GetValue<string>(),
            _ => node.ToJsonString(),
        };
        return text.Length <= 80 ? text : text[..77] + "...";
    }

    private static IEnumerable<(string Key, int? Index)> Steps(string path) =>
        Step().Matches(path).Select(match => match.Groups["index"].Success
            ? ("", int.Parse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture))
            : (match.Groups["key"].Value, default(int?)));

    [GeneratedRegex(@"\[(?<index>\d+)\]|(?<key>[^.\[\]]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();
}
