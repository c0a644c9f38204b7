using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace NetProfile.Serialization;

/// <summary>A document and the line on which each of its fields stands, so that a message can lead a person there.</summary>
/// <param name="Root">What was read; null for a document that says null.</param>
/// <param name="Line">The line on which it begins.</param>
/// <param name="Lines">By path: <c>spec.hubble.metrics[2]</c>.</param>
public sealed record YamlDocument(JsonNode? Root, int Line, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>The line of the field, or of what it is or would be in.</summary>
    public int LineOf(string path)
    {
        while (path.Length > 0)
        {
            if (Lines.TryGetValue(path, out var line))
            {
                return line;
            }

            path = path[..Math.Max(path.LastIndexOfAny(['.', '[']), 0)];
        }

        return Line;
    }

    internal static IReadOnlyDictionary<string, int> LinesOf(YamlNode root)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        Walk(root, "", lines, depth: 0);
        return lines;
    }

    private static void Walk(YamlNode node, string path, Dictionary<string, int> lines, int depth)
    {
        // An alias can make a document refer to itself; the reader has refused such a one, and this is for whoever comes first.
        if (depth > 100)
        {
            return;
        }

        if (node is YamlMappingNode mapping)
        {
            foreach (var (key, value) in mapping.Children)
            {
                var name = (key as YamlScalarNode)?.Value ?? "";
                var child = path.Length == 0 ? name : $"{path}.{name}";
                lines[child] = (int)key.Start.Line;
                Walk(value, child, lines, depth + 1);
            }
        }
        else if (node is YamlSequenceNode sequence)
        {
            for (var i = 0; i < sequence.Children.Count; i++)
            {
                var child = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                lines[child] = (int)sequence.Children[i].Start.Line;
                Walk(sequence.Children[i], child, lines, depth + 1);
            }
        }
    }
}
