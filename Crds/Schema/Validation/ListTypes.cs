using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>Lists of type set have no equal items, lists of type map no two items with the same keys.</summary>
internal static class ListTypes
{
    public static void Validate(SchemaNode schema, JsonNode? value, string path, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonArray list:
                Duplicates(schema, list, path, errors);
                for (var i = 0; schema.Items is not null && i < list.Count; i++)
                {
                    Validate(schema.Items, list[i], $"{path}[{i}]", errors);
                }

                break;
            case JsonObject map:
                foreach (var (key, child) in map)
                {
                    if ((schema.Properties.GetValueOrDefault(key) ?? schema.AdditionalProperties) is { } property)
                    {
                        Validate(property, child, Paths.Join(path, key), errors);
                    }
                }

                break;
        }
    }

    /// <summary>The keys of an item of a list of type map; a key with a default that isn't there counts as it.</summary>
    public static JsonObject KeysOf(SchemaNode schema, JsonNode? item)
    {
        var keys = new JsonObject();
        foreach (var name in schema.ListMapKeys)
        {
            keys[name] = (item is JsonObject map && map[name] is { } value ? value : schema.Items?.Properties.GetValueOrDefault(name)?.Default)?.DeepClone();
        }

        return keys;
    }

    private static void Duplicates(SchemaNode schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.ListType is not ("set" or "map"))
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var identity = JsonKinds.Show(schema.ListType == "map" ? KeysOf(schema, list[i]) : list[i]);
            if (!seen.Add(identity))
            {
                errors.Add(new FieldError($"{path}[{i}]", FieldErrorReason.Duplicate, $"Duplicate value: {identity}"));
            }
        }
    }
}
