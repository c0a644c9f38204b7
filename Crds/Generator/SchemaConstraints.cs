using System.Text.Json.Nodes;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.Generator;

/// <summary>What the attributes add to a schema.</summary>
internal static class SchemaConstraints
{
    public static void Add(JsonObject schema, SchemaAttribute attribute)
    {
        Set(schema, "pattern", attribute.Pattern);
        Set(schema, "format", attribute.Format);
        Set(schema, "minLength", attribute.MinLength);
        Set(schema, "maxLength", attribute.MaxLength);
        Set(schema, "minimum", attribute.Minimum);
        Set(schema, "maximum", attribute.Maximum);
        Set(schema, "minItems", attribute.MinItems);
        Set(schema, "maxItems", attribute.MaxItems);
        Set(schema, "maxProperties", attribute.MaxProperties);
        if (attribute.DefaultJson is { } value)
        {
            schema["default"] = JsonNode.Parse(value);
        }

        if (schema["type"]?.GetValue<string>() == "array")
        {
            schema["x-kubernetes-list-type"] = attribute.ListType switch
            {
                ListType.Set => "set",
                ListType.Map => "map",
                _ => "atomic",
            };
            if (attribute.ListMapKeys.Length > 0)
            {
                schema["x-kubernetes-list-map-keys"] = new JsonArray(attribute.ListMapKeys.Select(key => (JsonNode)key).ToArray());
            }
        }
    }

    public static void AddItem(JsonObject items, SchemaAttribute attribute)
    {
        Set(items, "pattern", attribute.ItemPattern);
        Set(items, "format", attribute.ItemFormat);
        Set(items, "maxLength", attribute.ItemMaxLength);
    }

    public static void AddRules(JsonObject schema, IEnumerable<CelAttribute> rules)
    {
        var validations = rules.Select(rule => (JsonNode)new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message }).ToArray();
        if (validations.Length > 0)
        {
            schema["x-kubernetes-validations"] = new JsonArray(validations);
        }
    }

    private static void Set(JsonObject schema, string key, string? value)
    {
        if (value is not null)
        {
            schema[key] = value;
        }
    }

    private static void Set(JsonObject schema, string key, long value)
    {
        if (value != SchemaAttribute.Unset)
        {
            schema[key] = value;
        }
    }
}
