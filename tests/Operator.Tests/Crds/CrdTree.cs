using System.Text.Json.Nodes;
using NetProfile.Crds.Generator;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.Operator.Tests.Crds;

/// <summary>The generated CRDs as trees, and a walk over all their fields.</summary>
internal static class CrdTree
{
    public static JsonObject NetworkProfile { get; } = Build(V1Alpha1NetworkProfile.Entity, typeof(V1Alpha1NetworkProfile));

    public static JsonObject NodeNetwork { get; } = Build(V1Alpha1NodeNetwork.Entity, typeof(V1Alpha1NodeNetwork));

    public static JsonObject Version(JsonObject crd) => crd["spec"]!["versions"]![0]!.AsObject();

    public static JsonObject Schema(JsonObject crd) => Version(crd)["schema"]!["openAPIV3Schema"]!.AsObject();

    /// <summary>Every field with its path; lists' items as path[], maps' values as path{}.</summary>
    public static IEnumerable<(string Path, JsonObject Schema)> Fields(JsonObject schema, string path)
    {
        yield return (path, schema);
        foreach (var (name, child) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var field in Fields(child!.AsObject(), path.Length == 0 ? name : $"{path}.{name}"))
            {
                yield return field;
            }
        }

        foreach (var (key, suffix) in new[] { ("items", "[]"), ("additionalProperties", "{}") })
        {
            foreach (var field in schema[key] is JsonObject inner ? Fields(inner, path + suffix) : [])
            {
                yield return field;
            }
        }
    }

    public static IEnumerable<(string Path, JsonObject Schema)> AllFields() =>
        new[] { NetworkProfile, NodeNetwork }.SelectMany(crd => Fields(Schema(crd), ""));

    private static JsonObject Build(EntityMetadata entity, Type type) =>
        CrdBuilder.Build(entity, type, new SchemaBuilder(XmlDocs.Of(type.Assembly)));
}
