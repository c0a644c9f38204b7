using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Tables;

/// <summary>The JSON paths that printer columns use: members, indexes, <c>[*]</c> and <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed partial class SimpleJsonPath
{
    private readonly List<Func<JsonNode, IEnumerable<JsonNode?>>> steps = [];

    public static SimpleJsonPath Parse(string path)
    {
        var parsed = new SimpleJsonPath();
        foreach (Match match in Step().Matches(path))
        {
            parsed.steps.Add(Read(match));
        }

        return parsed;
    }

    public IReadOnlyList<JsonNode> Find(JsonNode root)
    {
        IEnumerable<JsonNode> found = [root];
        foreach (var step in steps)
        {
            found = [.. found.SelectMany(step).OfType<JsonNode>()];
        }

        return [.. found];
    }

    private static Func<JsonNode, IEnumerable<JsonNode?>> Read(Match match)
    {
        if (match.Groups["member"].Success || match.Groups["quoted"].Success)
        {
            var member = match.Groups["member"].Success ? match.Groups["member"].Value.Replace("\\.", ".", StringComparison.Ordinal) : match.Groups["quoted"].Value;
            return node => member == "*" ? All(node) : [node.At(member)];
        }

        if (match.Groups["index"].Success)
        {
            var text = match.Groups["index"].Value;
            return node => text == "*" ? All(node)
                : node is JsonArray array && int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var index && (index < 0 ? index + array.Count : index) is var at && at >= 0 && at < array.Count ? [array[at]] : [];
        }

        var (key, wanted) = (match.Groups["key"].Value.Split('.'), match.Groups["value"].Value);
        return node => node is JsonArray array ? array.Where(item => (item.At(key)?.ToString() ?? "") == wanted) : [];
    }

    private static IEnumerable<JsonNode?> All(JsonNode node) => node switch
    {
        JsonArray array => array,
        JsonObject map => map.Select(pair => pair.Value),
        _ => [],
    };

    [GeneratedRegex(@"\.(?<member>(?:\\.|[^.\[\]])+)|\['(?<quoted>[^']+)'\]|\[(?<index>\*|-?\d+)\]|\[\?\(@\.(?<key>[\w.]+)\s*==\s*[""']?(?<value>[^""')]*)[""']?\)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();
}
