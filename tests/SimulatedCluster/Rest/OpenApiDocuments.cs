using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Types;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>
/// OpenAPI v3, one document a group version: enough for kubectl explain, for apply (which looks for fieldValidation in it)
/// and for helm's validation.
/// </summary>
internal sealed class OpenApiDocuments(ResourceRegistry resources)
{
    private readonly ConcurrentDictionary<string, (int Revision, byte[] Body)> cache = new();

    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var path in resources.All.Select(PathOf).Distinct())
        {
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={resources.Revision}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <param name="path"><c>api/v1</c>, <c>apis/apps/v1</c>.</param>
    public byte[]? Document(string path)
    {
        var revision = resources.Revision;
        if (cache.TryGetValue(path, out var known) && known.Revision == revision)
        {
            return known.Body;
        }

        var served = resources.All.Where(resource => PathOf(resource) == path).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        var body = JsonText.ToUtf8(Build(served));
        cache[path] = (revision, body);
        return body;
    }

    private static string PathOf(ResourceDefinition resource) => resource.Group.Length == 0 ? $"api/{resource.Version}" : $"apis/{resource.ApiVersion}";

    private static JsonObject Build(List<ResourceDefinition> served)
    {
        var (paths, schemas) = (new JsonObject(), new JsonObject());
        foreach (var resource in served)
        {
            var root = $"/{PathOf(resource)}/{(resource.Namespaced ? "namespaces/{namespace}/" : "")}{resource.Plural}";
            paths[root] = new JsonObject { ["get"] = Operation(resource, "list", "*/*"), ["post"] = Operation(resource, "post", "*/*", "fieldValidation") };
            paths[$"{root}/{{name}}"] = new JsonObject
            {
                ["get"] = Operation(resource, "get", "*/*"),
                ["put"] = Operation(resource, "put", "*/*", "fieldValidation"),
                ["patch"] = Operation(resource, "patch", "application/apply-patch+yaml", "fieldValidation", "force"),
                ["delete"] = Operation(resource, "delete", "*/*"),
            };
            schemas[OpenApiSchemas.NameOf(resource)] = OpenApiSchemas.Of(resource, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "simulated" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Operation(ResourceDefinition resource, string action, string consumes, params ReadOnlySpan<string> parameters)
    {
        var list = new JsonArray();
        foreach (var name in (ReadOnlySpan<string>)["dryRun", "fieldManager", .. parameters])
        {
            list.Add((JsonNode)new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "force" ? "boolean" : "string", ["uniqueItems"] = true } });
        }

        var schema = new JsonObject { ["$ref"] = $"#/components/schemas/{OpenApiSchemas.NameOf(resource)}" };
        return new JsonObject
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Gvk(resource),
            ["parameters"] = list,
            ["requestBody"] = new JsonObject { ["content"] = new JsonObject { [consumes] = new JsonObject { ["schema"] = schema } } },
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema.DeepClone() } } } },
        };
    }

    public static JsonObject Gvk(ResourceDefinition resource) => new() { ["group"] = resource.Group, ["version"] = resource.Version, ["kind"] = resource.Kind };
}

/// <summary>Schemas of types: those of the CRD, or made from the table of built-in types.</summary>
internal static class OpenApiSchemas
{
    private const string Prefix = "io.k8s.api.";

    public static string NameOf(ResourceDefinition resource) =>
        $"{(resource.IsCustom ? string.Join('.', resource.Group.Split('.').Reverse()) : $"{Prefix}{(resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0])}")}.{resource.Version}.{resource.Kind}";

    public static JsonObject Of(ResourceDefinition resource, JsonObject components)
    {
        JsonObject schema;
        if (resource.CrdVersion.Obj("schema", "openAPIV3Schema") is { } custom)
        {
            schema = (JsonObject)custom.DeepClone();
            var properties = schema.Ensure("properties");
            foreach (var key in (string[])["kind", "apiVersion"])
            {
                properties[key] ??= new JsonObject { ["type"] = "string" };
            }

            properties["metadata"] = Reference(TypeCatalog.Instance.FindType("ObjectMeta")!, components);
        }
        else
        {
            schema = TypeCatalog.Instance.Find(resource.ApiVersion, resource.Kind) is { } type ? Struct(type, components) : new JsonObject { ["type"] = "object" };
        }

        schema["x-kubernetes-group-version-kind"] = new JsonArray(OpenApiDocuments.Gvk(resource));
        return schema;
    }

    private static JsonObject Struct(FieldSchema type, JsonObject components)
    {
        var properties = new JsonObject();
        foreach (var (name, member) in type.Members)
        {
            properties[name] = Of(member, components);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (type.Required.Count > 0)
        {
            schema["required"] = new JsonArray([.. type.Required.Select(JsonNode (name) => JsonValue.Create(name))]);
        }

        return schema;
    }

    private static JsonObject Of(FieldSchema type, JsonObject components) => (type.Shape, type.TypeName) switch
    {
        (FieldShape.Struct, _) => new JsonObject { ["allOf"] = new JsonArray(Reference(type, components)), ["default"] = new JsonObject() },
        (FieldShape.List, _) => ListOf(type, components),
        (FieldShape.Map, _) => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(type.Item, components) },
        (FieldShape.Any, _) => new JsonObject { ["type"] = "object" },
        (_, "bool") => new JsonObject { ["type"] = "boolean" },
        (_, "int32" or "int64") => new JsonObject { ["type"] = "integer", ["format"] = type.TypeName },
        (_, "IntOrString") => new JsonObject { ["format"] = "int-or-string", ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }) },
        (_, "Time" or "MicroTime") => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        (_, "FieldsV1") => new JsonObject { ["type"] = "object" },
        _ => new JsonObject { ["type"] = "string" },
    };

    private static JsonObject ListOf(FieldSchema type, JsonObject components)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Of(type.Item, components), ["x-kubernetes-list-type"] = type.IsSet ? "set" : type.Keys.Count > 0 ? "map" : "atomic" };
        if (type.Keys.Count > 0)
        {
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. type.Keys.Select(JsonNode (key) => JsonValue.Create(key))]);
            schema["x-kubernetes-patch-merge-key"] = type.Keys[0];
            schema["x-kubernetes-patch-strategy"] = "merge";
        }

        return schema;
    }

    private static JsonObject Reference(FieldSchema type, JsonObject components)
    {
        var name = $"{Prefix}types.{type.TypeName}";
        if (!components.ContainsKey(name))
        {
            components[name] = new JsonObject();
            components[name] = Struct(type, components);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }
}
