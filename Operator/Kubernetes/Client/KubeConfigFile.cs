using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NetProfile.Kubernetes.Client;

/// <summary>A kubeconfig as far as its structure goes: three lists of named mappings.</summary>
internal sealed record KubeConfigFile
{
    public string? CurrentContext { get; init; }

    public required IReadOnlyDictionary<string, KubeConfigNode> Clusters { get; init; }

    public required IReadOnlyDictionary<string, KubeConfigNode> Users { get; init; }

    public required IReadOnlyDictionary<string, KubeConfigNode> Contexts { get; init; }

    public static KubeConfigFile Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            var root = yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode mapping ? mapping : new YamlMappingNode();
            var node = new KubeConfigNode(root, Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new KubeConfigFile
            {
                CurrentContext = node.Text("current-context"),
                Clusters = node.Named("clusters", "cluster"),
                Users = node.Named("users", "user"),
                Contexts = node.Named("contexts", "context"),
            };
        }
        catch (YamlException e)
        {
            throw new KubeConfigException($"{path} is not valid YAML: {e.Message}", e);
        }
    }

    public static KubeConfigFile Merge(IReadOnlyList<KubeConfigFile> files) => new()
    {
        CurrentContext = files.Select(file => file.CurrentContext).FirstOrDefault(name => !string.IsNullOrEmpty(name)),
        Clusters = First(files, file => file.Clusters),
        Users = First(files, file => file.Users),
        Contexts = First(files, file => file.Contexts),
    };

    private static Dictionary<string, KubeConfigNode> First(IReadOnlyList<KubeConfigFile> files, Func<KubeConfigFile, IReadOnlyDictionary<string, KubeConfigNode>> part)
    {
        var merged = new Dictionary<string, KubeConfigNode>(StringComparer.Ordinal);
        foreach (var (name, node) in files.SelectMany(part))
        {
            merged.TryAdd(name, node);
        }

        return merged;
    }
}

/// <summary>A mapping of a kubeconfig, with the folder that its relative paths start from.</summary>
internal sealed class KubeConfigNode(YamlMappingNode mapping, string directory)
{
    /// <summary>null when absent, empty or YAML's null.</summary>
    public string? Text(string key) =>
        Child(key) is YamlScalarNode { Value: { Length: > 0 } value } scalar && !(scalar.Style == ScalarStyle.Plain && value is ("null" or "~")) ? value : null;

    public bool Flag(string key) => Text(key) is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase);

    public KubeConfigNode? Mapping(string key) => Child(key) is YamlMappingNode child ? new KubeConfigNode(child, directory) : null;

    public IReadOnlyList<KubeConfigNode> Mappings(string key) =>
        Child(key) is YamlSequenceNode list ? [.. list.Children.OfType<YamlMappingNode>().Select(item => new KubeConfigNode(item, directory))] : [];

    public IReadOnlyList<string> Texts(string key) =>
        Child(key) is YamlSequenceNode list ? [.. list.Children.OfType<YamlScalarNode>().Select(item => item.Value ?? "")] : [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> TextLists(string key) =>
        Child(key) is YamlMappingNode child
            ? child.Children.Keys.OfType<YamlScalarNode>().ToDictionary(name => name.Value ?? "", name => new KubeConfigNode(child, directory).Texts(name.Value ?? ""))
            : new Dictionary<string, IReadOnlyList<string>>();

    /// <summary><c>key-data</c> (base64) wins over <c>key</c> (a path), as in kubectl.</summary>
    public FileOrData? FileOrData(string key)
    {
        if (Text($"{key}-data") is { } data)
        {
            try
            {
                return Client.FileOrData.FromData(Convert.FromBase64String(data));
            }
            catch (FormatException e)
            {
                throw new KubeConfigException($"{key}-data is not base64", e);
            }
        }

        return Text(key) is { } path ? Client.FileOrData.FromFile(Resolve(path)) : null;
    }

    /// <summary>Relative to the kubeconfig's own folder.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, directory);

    public IReadOnlyDictionary<string, KubeConfigNode> Named(string list, string key)
    {
        var named = new Dictionary<string, KubeConfigNode>(StringComparer.Ordinal);
        foreach (var item in Mappings(list))
        {
            if (item.Text("name") is { } name)
            {
                named.TryAdd(name, item.Mapping(key) ?? new KubeConfigNode(new YamlMappingNode(), directory));
            }
        }

        return named;
    }

    private YamlNode? Child(string key) => mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
