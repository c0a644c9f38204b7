using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Crds.Schema.Validation.Cel;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>One node of a structural schema, parsed once: patterns and rules are compiled.</summary>
public sealed class SchemaNode
{
    public string? Type { get; private init; }

    public string? Format { get; private init; }

    public bool Nullable { get; private init; }

    public bool PreserveUnknownFields { get; private init; }

    public bool IntOrString { get; private init; }

    public bool EmbeddedResource { get; private init; }

    public string ListType { get; private init; } = "atomic";

    public IReadOnlyList<string> ListMapKeys { get; private init; } = [];

    public JsonNode? Default { get; private init; }

    public IReadOnlyList<JsonNode?>? Enum { get; private init; }

    public string? Pattern { get; private init; }

    public Regex? PatternRegex { get; private init; }

    public decimal? Minimum { get; private init; }

    public decimal? Maximum { get; private init; }

    public bool ExclusiveMinimum { get; private init; }

    public bool ExclusiveMaximum { get; private init; }

    public decimal? MultipleOf { get; private init; }

    public long? MinLength { get; private init; }

    public long? MaxLength { get; private init; }

    public long? MinItems { get; private init; }

    public long? MaxItems { get; private init; }

    public long? MinProperties { get; private init; }

    public long? MaxProperties { get; private init; }

    public IReadOnlyList<string> Required { get; private init; } = [];

    public IReadOnlyDictionary<string, SchemaNode> Properties { get; private init; } = new Dictionary<string, SchemaNode>();

    public SchemaNode? Items { get; private init; }

    public SchemaNode? AdditionalProperties { get; private init; }

    public IReadOnlyList<SchemaNode> AllOf { get; private init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; private init; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; private init; } = [];

    public SchemaNode? Not { get; private init; }

    public IReadOnlyList<CelRule> Rules { get; private init; } = [];

    /// <exception cref="FormatException">A pattern or rule doesn't parse; the message names it.</exception>
    public static SchemaNode Parse(JsonObject schema)
    {
        var pattern = Text(schema, "pattern");
        return new SchemaNode
        {
            Type = Text(schema, "type"),
            Format = Text(schema, "format"),
            Nullable = Flag(schema, "nullable"),
            PreserveUnknownFields = Flag(schema, "x-kubernetes-preserve-unknown-fields"),
            IntOrString = Flag(schema, "x-kubernetes-int-or-string"),
            EmbeddedResource = Flag(schema, "x-kubernetes-embedded-resource"),
            ListType = Text(schema, "x-kubernetes-list-type") ?? "atomic",
            ListMapKeys = Strings(schema, "x-kubernetes-list-map-keys"),
            Default = schema["default"]?.DeepClone(),
            Enum = schema["enum"]?.AsArray().Select(value => value?.DeepClone()).ToList(),
            Pattern = pattern,
            PatternRegex = pattern is null ? null : Re2.Compile(pattern),
            Minimum = Number(schema, "minimum"),
            Maximum = Number(schema, "maximum"),
            ExclusiveMinimum = Flag(schema, "exclusiveMinimum"),
            ExclusiveMaximum = Flag(schema, "exclusiveMaximum"),
            MultipleOf = Number(schema, "multipleOf"),
            MinLength = (long?)Number(schema, "minLength"),
            MaxLength = (long?)Number(schema, "maxLength"),
            MinItems = (long?)Number(schema, "minItems"),
            MaxItems = (long?)Number(schema, "maxItems"),
            MinProperties = (long?)Number(schema, "minProperties"),
            MaxProperties = (long?)Number(schema, "maxProperties"),
            Required = Strings(schema, "required"),
            Properties = schema["properties"]?.AsObject().ToDictionary(pair => pair.Key, pair => Parse(pair.Value!.AsObject())) ?? [],
            Items = schema["items"] is JsonObject items ? Parse(items) : null,
            AdditionalProperties = schema["additionalProperties"] switch
            {
                JsonObject values => Parse(values),
                JsonValue value when value.GetValue<bool>() => new SchemaNode { PreserveUnknownFields = true },
                _ => null,
            },
            AllOf = Nodes(schema, "allOf"),
            AnyOf = Nodes(schema, "anyOf"),
            OneOf = Nodes(schema, "oneOf"),
            Not = schema["not"] is JsonObject not ? Parse(not) : null,
            Rules = schema["x-kubernetes-validations"]?.AsArray().Select(rule => CelRule.Parse(rule!.AsObject())).ToList() ?? [],
        };
    }

    private static string? Text(JsonObject schema, string key) => schema[key]?.GetValue<string>();

    private static bool Flag(JsonObject schema, string key) => schema[key]?.GetValue<bool>() ?? false;

    private static decimal? Number(JsonObject schema, string key) =>
        schema[key] is { } value ? decimal.Parse(value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static List<string> Strings(JsonObject schema, string key) =>
        schema[key]?.AsArray().Select(value => value!.GetValue<string>()).ToList() ?? [];

    private static List<SchemaNode> Nodes(JsonObject schema, string key) =>
        schema[key]?.AsArray().Select(value => Parse(value!.AsObject())).ToList() ?? [];
}
