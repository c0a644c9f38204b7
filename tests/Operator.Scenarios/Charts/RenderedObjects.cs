using YamlDotNet.RepresentationModel;

namespace NetProfile.Operator.Scenarios.Charts;

/// <summary>Reads what <c>helm template</c> prints.</summary>
internal static class RenderedObjects
{
    /// <summary>The objects by "Kind namespace/name".</summary>
    public static IReadOnlyDictionary<string, YamlMappingNode> Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents
            .Select(document => document.RootNode)
            .OfType<YamlMappingNode>()
            .ToDictionary(node =>
            {
                var metadata = (YamlMappingNode)node["metadata"];
                var @namespace = metadata.Children.TryGetValue("namespace", out var value) ? value.ToString() : "";
                return $"{node["kind"]} {@namespace}/{metadata["name"]}";
            });
    }

    public static Dictionary<string, string> Settings(YamlMappingNode configMap) =>
        ((YamlMappingNode)configMap["data"]).Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());
}
