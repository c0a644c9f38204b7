using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Serialization;

/// <summary>JSON as block-style YAML that kubectl, helm and <see cref="YamlReader"/> read back as the same JSON.</summary>
public static class YamlWriter
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, indent: 0, inline: false);
        if (text.Length == 0 || text[^1] != '\n')
        {
            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node, int indent, bool inline)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } mapping:
                foreach (var (key, value) in mapping)
                {
                    Indent(text, indent, ref inline);
                    text.Append(Quoted(key)).Append(':');
                    Child(text, value, value is JsonArray ? indent : indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    Indent(text, indent, ref inline);
                    text.Append("- ");
                    Append(text, item, indent + 2, inline: true);
                    if (text[^1] != '\n')
                    {
                        text.Append('\n');
                    }
                }

                break;
            default:
                text.Append(Scalar(node, indent));
                break;
        }
    }

    private static void Child(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Append(text, value, indent, inline: false);
        }
        else
        {
            text.Append(' ').Append(Scalar(value, indent)).Append('\n');
        }
    }

    private static void Indent(StringBuilder text, int indent, ref bool inline)
    {
        if (!inline)
        {
            text.Append(' ', indent);
        }

        inline = false;
    }

    private static string Scalar(JsonNode? node, int indent) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => StringScalar(node.GetValue<string>(), indent),
        _ => node.ToJsonString(),
    };

    private static string StringScalar(string value, int indent)
    {
        var block = value.Contains('\n', StringComparison.Ordinal) && value[^1] == '\n' && !value.EndsWith("\n\n", StringComparison.Ordinal)
            && value[0] is not (' ' or '\n' or '\t') && value.All(c => c == '\n' || c == '\t' || (c >= ' ' && c != '\u007f'));
        if (!block)
        {
            return Quoted(value);
        }

        var padding = new string(' ', indent);
        var lines = value[..^1].Split('\n').Select(line => line.Length == 0 ? "" : padding + line);
        return "|\n" + string.Join('\n', lines);
    }

    /// <summary>Plain where every reader takes it as this very string, otherwise in double quotes.</summary>
    private static string Quoted(string value)
    {
        var plain = value.Length > 0
            && (char.IsAsciiLetter(value[0]) || value[0] is '/' or '_')
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@' or '+' or ' ' or '(' or ')' or ',')
            && !value.Contains(": ", StringComparison.Ordinal) && value[^1] is not (':' or ' ')
            && YamlReader.Plain(value)?.GetValueKind() == JsonValueKind.String;
        return plain ? value : '"' + Escape(value) + '"';
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                '\r' => text.Append("\\r"),
                < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' or '\ufeff' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}
