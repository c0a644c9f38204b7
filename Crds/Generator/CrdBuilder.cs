using System.Reflection;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.Generator;

/// <summary>A CustomResourceDefinition around the schema of a kind.</summary>
internal static class CrdBuilder
{
    public static JsonObject Build(EntityMetadata entity, Type type, SchemaBuilder schemas)
    {
        var names = type.GetCustomAttribute<ResourceNamesAttribute>() ?? throw new InvalidOperationException($"{type.Name} has no [ResourceNames]");
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{entity.Plural}.{entity.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = entity.Group,
                ["names"] = new JsonObject
                {
                    ["categories"] = Strings(names.Categories),
                    ["kind"] = entity.Kind,
                    ["listKind"] = entity.Kind + "List",
                    ["plural"] = entity.Plural,
                    ["shortNames"] = Strings([names.ShortName]),
                    ["singular"] = entity.Kind.ToLowerInvariant(),
                },
                ["scope"] = entity.Scope == EntityScope.Cluster ? "Cluster" : "Namespaced",
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = entity.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = Columns(type),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(entity, type, schemas) },
                }),
            },
        };
    }

    private static JsonObject Root(EntityMetadata entity, Type type, SchemaBuilder schemas)
    {
        var whole = schemas.Object(type, null, entity.Kind);
        var properties = whole["properties"]!.AsObject();
        properties.Insert(0, "apiVersion", new JsonObject { ["description"] = "The version of this object's schema.", ["type"] = "string" });
        properties.Insert(1, "kind", new JsonObject { ["description"] = "The kind of this object.", ["type"] = "string" });
        properties.Insert(2, "metadata", new JsonObject { ["type"] = "object" });
        return whole;
    }

    private static JsonArray Columns(Type type) =>
        new(type.GetCustomAttributes<PrinterColumnAttribute>()
            .Select(column =>
            {
                var node = new JsonObject
                {
                    ["name"] = column.Name,
                    ["type"] = column.Type,
                    ["jsonPath"] = column.JsonPath,
                    ["description"] = column.Description,
                };
                if (column.Priority > 0)
                {
                    node["priority"] = column.Priority;
                }

                return (JsonNode)node;
            })
            .ToArray());

    private static JsonArray Strings(IEnumerable<string> values) => new(values.Select(value => (JsonNode)value).ToArray());
}
