using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

internal static class Defaulting
{
    public static void Default(SchemaNode schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                DefaultObject(schema, map);
                break;
            case JsonArray list when schema.Items is not null:
                foreach (var item in list)
                {
                    Default(schema.Items, item);
                }

                break;
        }
    }

    private static void DefaultObject(SchemaNode schema, JsonObject map)
    {
        foreach (var (key, property) in schema.Properties)
        {
            var present = map.TryGetPropertyValue(key, out var value);
            if (property.Default is not null && (!present || (value is null && !property.Nullable)))
            {
                map[key] = property.Default.DeepClone();
            }
            else if (present && value is null && !property.Nullable)
            {
                map.Remove(key);
            }

            if (map.TryGetPropertyValue(key, out var now))
            {
                Default(property, now);
            }
        }

        if (schema.AdditionalProperties is not { } values)
        {
            return;
        }

        foreach (var key in map.Select(pair => pair.Key).Where(key => !schema.Properties.ContainsKey(key)).ToList())
        {
            if (map[key] is null && !values.Nullable && values.Default is not null)
            {
                map[key] = values.Default.DeepClone();
            }

            Default(values, map[key]);
        }
    }
}
