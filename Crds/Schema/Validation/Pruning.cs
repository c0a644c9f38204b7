using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

internal static class Pruning
{
    public static void Prune(SchemaNode schema, JsonNode? value, bool isRoot, string path, List<string> pruned)
    {
        switch (value)
        {
            case JsonObject map:
                PruneObject(schema, map, isRoot || schema.EmbeddedResource, path, pruned);
                break;
            case JsonArray list when schema.Items is not null:
                for (var i = 0; i < list.Count; i++)
                {
                    Prune(schema.Items, list[i], isRoot: false, $"{path}[{i}]", pruned);
                }

                break;
        }
    }

    private static void PruneObject(SchemaNode schema, JsonObject map, bool isResource, string path, List<string> pruned)
    {
        foreach (var key in map.Select(pair => pair.Key).ToList())
        {
            if (isResource && (key is "apiVersion" or "kind" or "metadata"))
            {
                continue;
            }

            var childPath = Paths.Join(path, key);
            if (schema.Properties.TryGetValue(key, out var property))
            {
                Prune(property, map[key], isRoot: false, childPath, pruned);
            }
            else if (schema.AdditionalProperties is not null)
            {
                Prune(schema.AdditionalProperties, map[key], isRoot: false, childPath, pruned);
            }
            else if (!schema.PreserveUnknownFields)
            {
                map.Remove(key);
                pruned.Add(childPath);
            }
        }
    }
}

internal static class Paths
{
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
