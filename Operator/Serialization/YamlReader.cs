using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NetProfile.Serialization;

/// <summary>A YAML text that cannot be read; the message names the line and column.</summary>
public sealed class YamlException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Where the text stops making sense; null when that can't be told.</summary>
    public int? Line { get; init; }
}

/// <summary>
/// YAML to JSON by the rules that kubectl and helm apply (sigs.k8s.io/yaml, which keeps YAML 1.1's booleans), so that a text
/// means the same here as there. Uses YamlDotNet's node model: no reflection.
/// </summary>
public static class YamlReader
{
    /// <summary>All documents of <paramref name="text"/> that are not empty.</summary>
    /// <exception cref="YamlException">The text is not YAML, has a duplicate key, or nests without end.</exception>
    public static IReadOnlyList<JsonNode> ReadAll(string text) =>
        [.. Load(text, root => Convert(root, depth: 0)).OfType<JsonNode>()];

    /// <summary>All documents of <paramref name="text"/>, each with the lines of its fields.</summary>
    /// <exception cref="YamlException">The text is not YAML, has a duplicate key, or nests without end.</exception>
    public static IReadOnlyList<YamlDocument> ReadDocuments(string text) =>
        Load(text, root => new YamlDocument(Convert(root, depth: 0), (int)root.Start.Line, YamlDocument.LinesOf(root)));

    /// <summary>The one document of <paramref name="text"/>, which must be a mapping; an empty text is an empty mapping.</summary>
    /// <exception cref="YamlException">The text is not YAML, or is something else than one mapping.</exception>
    public static JsonObject ReadObject(string text)
    {
        var documents = ReadAll(text);
        return documents switch
        {
            [] => [],
            [JsonObject mapping] => mapping,
            [var other] => throw new YamlException($"line 1: expected a mapping of keys to values, found {Describe(other)}"),
            _ => throw new YamlException($"expected one document, found {documents.Count}"),
        };
    }

    private static IReadOnlyList<T> Load<T>(string text, Func<YamlNode, T> convert)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new MergingParser(new Parser(new StringReader(text))));
            return [.. stream.Documents.Select(d => convert(d.RootNode))];
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            throw new YamlException($"line {e.Start.Line}, column {e.Start.Column}: {e.InnerException?.Message ?? e.Message}", e) { Line = (int)e.Start.Line };
        }
        catch (InvalidOperationException e)
        {
            // YamlDotNet's scanner gives up in this way on some texts (an unclosed "[" before a key) and does not tell where.
            throw new YamlException("not YAML: a bracket, brace or quote is probably not closed", e);
        }
    }

    private static string Describe(JsonNode node) => node is JsonArray ? "a list" : "a plain value";

    private static JsonNode? Convert(YamlNode node, int depth)
    {
        // The API server's own limit is 10,000 levels; no document that this program reads comes near a hundred.
        if (depth > 100)
        {
            throw new YamlException($"line {node.Start.Line}: nested more than 100 levels deep") { Line = (int)node.Start.Line };
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var result = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    var name = key is YamlScalarNode { Value: { } text }
                        ? text
                        : throw new YamlException($"line {key.Start.Line}: a key must be a plain value") { Line = (int)key.Start.Line };
                    if (!result.TryAdd(name, Convert(value, depth + 1)))
                    {
                        throw new YamlException($"line {key.Start.Line}: duplicate key '{name}'") { Line = (int)key.Start.Line };
                    }
                }

                return result;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(child => Convert(child, depth + 1))]);
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                throw new YamlException($"line {node.Start.Line}: unexpected {node.NodeType}") { Line = (int)node.Start.Line };
        }
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str")
        {
            return JsonValue.Create(text);
        }

        return scalar.Style is ScalarStyle.Plain ? Plain(text) : JsonValue.Create(text);
    }

    /// <summary>The value of a plain (unquoted) scalar; null for YAML's null.</summary>
    internal static JsonValue? Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
        }

        if (!(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            return JsonValue.Create(text);
        }

        if (Integer(text) is { } integer)
        {
            return JsonValue.Create(integer);
        }

        return text.Any(char.IsAsciiDigit) && text.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or '.' or 'e' or 'E')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static long? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = (text[0] is '-' or '+' ? text[1..] : text).Replace("_", "", StringComparison.Ordinal);
        long? value = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var h) ? h : null,
            ['0', 'b' or 'B', .. var binary] => FromBase(binary, 2),
            ['0', 'o' or 'O', .. var octal] => FromBase(octal, 8),
            ['0', .. { Length: > 0 } octal] => FromBase(octal, 8),
            _ => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var d) ? d : null,
        };
        return negative ? -value : value;
    }

    private static long? FromBase(string digits, int radix)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit < '0' || digit - '0' >= radix || value > long.MaxValue / radix - 1)
            {
                return null;
            }

            value = (value * radix) + (digit - '0');
        }

        return digits.Length == 0 ? null : value;
    }
}
