using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Crds.Schema.Validation;
using YamlDotNet.RepresentationModel;

namespace NetProfile.Operator.Scenarios.Schema;

/// <summary>The project's CRDs as JSON, and objects written as YAML.</summary>
internal static class Manifests
{
    public static CrdSchema NetworkProfile { get; } = SchemaOf(CrdManifests.NetworkProfiles);

    public static CrdSchema NodeNetwork { get; } = SchemaOf(CrdManifests.NodeNetworks);

    public static CrdSchema SchemaOf(CrdManifest manifest) =>
        CrdSchema.Parse(Yaml(manifest.Yaml)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject());

    public static JsonObject Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Node(stream.Documents[0].RootNode)!.AsObject();
    }

    /// <summary>A NetworkProfile with this spec, pruned and defaulted as the API server does.</summary>
    public static JsonObject Profile(string spec)
    {
        var profile = new JsonObject
        {
            ["apiVersion"] = "netprofile.io/v1alpha1",
            ["kind"] = "NetworkProfile",
            ["metadata"] = new JsonObject { ["name"] = "cluster" },
            ["spec"] = Yaml(spec),
        };
        NetworkProfile.Prune(profile);
        NetworkProfile.Default(profile);
        return profile;
    }

    public static IReadOnlyList<string> Errors(string spec, string? old = null) =>
        NetworkProfile.Validate(Profile(spec), old is null ? null : Profile(old)).Select(error => error.ToString()).ToList();

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Node(pair.Value)))),
        YamlSequenceNode list => new JsonArray(list.Children.Select(Node).ToArray()),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"unexpected {node.NodeType}"),
    };

    private static JsonNode? Plain(string text) =>
        text is "null" or "~" or "" ? null
        : text is "true" or "false" || System.Text.RegularExpressions.Regex.IsMatch(text, @"^-?[0-9]+(\.[0-9]+)?\z") ? JsonNode.Parse(text)
        : JsonValue.Create(text);
}
