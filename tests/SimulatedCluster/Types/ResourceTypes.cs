using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Types;

/// <summary>Field schemas of any resource: from the catalog, or from the OpenAPI schema of its CRD.</summary>
internal static class ResourceTypes
{
    private static readonly ConditionalWeakTable<JsonObject, FieldSchema> Custom = [];

    public static FieldSchema Of(ResourceDefinition resource) => resource.CrdVersion is { } version
        ? Custom.GetValue(version, FromCrd)
        : TypeCatalog.Instance.Find(resource.ApiVersion, resource.Kind) ?? WithMetadata(FieldSchema.Any);

    private static FieldSchema FromCrd(JsonObject version) => version.Obj("schema", "openAPIV3Schema") is { } schema ? WithMetadata(Read(schema)) : WithMetadata(FieldSchema.Any);

    private static FieldSchema WithMetadata(FieldSchema schema)
    {
        var members = schema.Members.ToDictionary();
        members["metadata"] = TypeCatalog.Instance.FindType("ObjectMeta")!;
        members["apiVersion"] = members["kind"] = new FieldSchema { Shape = FieldShape.Scalar, TypeName = "string" };
        var root = new FieldSchema { Shape = FieldShape.Struct, TypeName = schema.TypeName, PreservesUnknown = schema.Shape == FieldShape.Any || schema.PreservesUnknown };
        root.Fill(members);
        return root;
    }

    private static FieldSchema Read(JsonObject schema)
    {
        if (schema.Bool("x-kubernetes-int-or-string") == true)
        {
            return new FieldSchema { Shape = FieldShape.Scalar, TypeName = "IntOrString" };
        }

        if (schema.Bool("x-kubernetes-embedded-resource") == true)
        {
            return FieldSchema.Any;
        }

        return schema.Str("type") switch
        {
            "array" => ReadList(schema),
            "object" => ReadMap(schema),
            { } scalar => new FieldSchema { Shape = FieldShape.Scalar, TypeName = scalar },
            null => FieldSchema.Any,
        };
    }

    private static FieldSchema ReadList(JsonObject schema)
    {
        var kind = schema.Str("x-kubernetes-list-type");
        var item = schema.Obj("items") is { } items ? Read(items) : FieldSchema.Any;
        var keys = kind == "map" ? schema.Arr("x-kubernetes-list-map-keys").Strings().ToArray() : [];
        return new FieldSchema
        {
            Shape = FieldShape.List,
            Item = item,
            Atomic = kind is not ("map" or "set"),
            IsSet = kind == "set",
            Keys = keys,
            KeyDefaults = keys.Select(key => (key, schema.At("items", "properties", key, "default")?.ToString())).Where(pair => pair.Item2 is not null).ToDictionary(pair => pair.key, pair => pair.Item2!),
        };
    }

    private static FieldSchema ReadMap(JsonObject schema)
    {
        var atomic = schema.Str("x-kubernetes-map-type") == "atomic";
        if (schema.Obj("properties") is { } properties)
        {
            var known = new FieldSchema { Shape = FieldShape.Struct, Atomic = atomic, PreservesUnknown = schema.Bool("x-kubernetes-preserve-unknown-fields") == true };
            known.Fill(properties.Where(pair => pair.Value is JsonObject).ToDictionary(pair => pair.Key, pair => Read((JsonObject)pair.Value!)));
            known.Required = [.. schema.Arr("required").Strings()];
            return known;
        }

        return schema.Obj("additionalProperties") is { } values
            ? new FieldSchema { Shape = FieldShape.Map, Atomic = atomic, Item = Read(values) }
            : atomic ? new FieldSchema { Shape = FieldShape.Map, Atomic = true } : FieldSchema.Any;
    }
}
