using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetProfile.Crds.Generator;

/// <summary>The field table of a kind, from its CRD.</summary>
internal static partial class FieldReference
{
    public static string Write(JsonObject crd)
    {
        var names = crd["spec"]!["names"]!;
        var version = crd["spec"]!["versions"]![0]!;
        var schema = version["schema"]!["openAPIV3Schema"]!.AsObject();
        var text = new StringBuilder();
        text.Append("<!-- Generated from the types in Crds/ by `make crds`. Not to be edited. -->\n");
        text.Append($"# {names["kind"]}\n\n{schema["description"]}\n\n");
        text.Append($"`{crd["spec"]!["group"]}/{version["name"]}`, {crd["spec"]!["scope"]!.ToString().ToLowerInvariant()}-scoped, short name `{names["shortNames"]![0]}`.\n");
        foreach (var section in new[] { "spec", "status" })
        {
            text.Append($"\n## {section}\n\n| Field | Type | Default | What it is |\n|---|---|---|---|\n");
            Rows(text, schema["properties"]![section]!.AsObject(), section);
        }

        Rules(text, schema);
        return text.ToString();
    }

    private static void Rows(StringBuilder text, JsonObject schema, string path)
    {
        var required = schema["required"]?.AsArray().Select(name => name!.ToString()).ToHashSet() ?? [];
        foreach (var (name, node) in schema["properties"]?.AsObject() ?? [])
        {
            var field = node!.AsObject();
            var fieldPath = $"{path}.{name}";
            var inner = field["items"]?.AsObject() ?? field["additionalProperties"] as JsonObject ?? field;
            var need = required.Contains(name) ? " **Required.**" : "";
            var (description, value) = Default(field);
            text.Append($"| `{fieldPath}` | {Escape(TypeOf(field))} | {Escape(value)} | {Escape(description)}{need}{Escape(Limits(field, inner))} |\n");
            Rows(text, inner, field["items"] is null ? fieldPath : fieldPath + "[]");
        }
    }

    /// <summary>A default that is one word moves from the description to its column, wherever it is applied.</summary>
    private static (string Description, string Default) Default(JsonObject field)
    {
        var description = field["description"]?.ToString() ?? "";
        if (field["default"] is { } value)
        {
            return (description, $"`{value.ToJsonString().Trim('"')}`");
        }

        var match = OneWord().Match(description);
        return match.Success ? (description[..match.Index], $"`{match.Groups[1].Value}`") : (description, "");
    }

    [GeneratedRegex(@" Default: (\S+)\.\z")]
    private static partial Regex OneWord();

    private static string TypeOf(JsonObject field)
    {
        if (field.ContainsKey("x-kubernetes-int-or-string"))
        {
            return "integer or string";
        }

        if (field["enum"] is JsonArray values)
        {
            return string.Join(" \\| ", values.Select(value => $"`{value}`"));
        }

        return field["type"]?.ToString() switch
        {
            "array" => $"list of {TypeOf(field["items"]!.AsObject())}",
            "object" when field["additionalProperties"] is JsonObject value => $"map to {TypeOf(value)}",
            "string" when field["format"]?.ToString() == "date-time" => "time",
            { } type => type,
            null => "any",
        };
    }

    private static string Limits(JsonObject field, JsonObject inner)
    {
        var limits = new List<string>();
        if (inner["minimum"] is { } minimum)
        {
            limits.Add(inner["maximum"] is { } maximum ? $"{minimum} to {maximum}" : $"at least {minimum}");
        }

        if (field["maxItems"] is { } items)
        {
            limits.Add($"at most {items} items");
        }

        if (inner["maxLength"] is { } length)
        {
            limits.Add($"at most {length} characters");
        }

        return limits.Count == 0 ? "" : $" ({string.Join(", ", limits)})";
    }

    private static void Rules(StringBuilder text, JsonObject schema)
    {
        var messages = Messages(schema).ToList();
        if (messages.Count == 0)
        {
            return;
        }

        text.Append("\n## Refused at admission\n\nBesides types, enums and patterns. The operator checks the same again.\n\n");
        foreach (var message in messages)
        {
            text.Append($"- {message}\n");
        }
    }

    private static IEnumerable<string> Messages(JsonObject schema)
    {
        foreach (var rule in schema["x-kubernetes-validations"]?.AsArray() ?? [])
        {
            yield return rule!["message"]!.ToString();
        }

        foreach (var (_, node) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var message in Messages(node!.AsObject()))
            {
                yield return message;
            }
        }
    }

    private static string Escape(string text) => text.Replace("\\|", "|", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
