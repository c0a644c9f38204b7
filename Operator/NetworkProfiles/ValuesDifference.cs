using System.Text.Json.Nodes;

namespace NetProfile.NetworkProfiles;

/// <summary>Which keys of two values documents differ, as dotted paths without their values (those may be secret).</summary>
internal static class ValuesDifference
{
    public static IReadOnlyList<string> Keys(JsonObject before, JsonObject after)
    {
        var found = new List<string>();
        Compare("", before, after, found);
        return found;
    }

    private static void Compare(string path, JsonObject before, JsonObject after, List<string> found)
    {
        foreach (var key in before.Select(p => p.Key).Union(after.Select(p => p.Key)).Order(StringComparer.Ordinal))
        {
            var (left, right) = (before[key], after[key]);
            var at = path.Length == 0 ? key : $"{path}.{key}";
            if (left is JsonObject a && right is JsonObject b)
            {
                Compare(at, a, b, found);
            }
            else if (!JsonNode.DeepEquals(left, right))
            {
                found.Add(at);
            }
        }
    }
}
