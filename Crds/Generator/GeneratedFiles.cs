using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;

namespace NetProfile.Crds.Generator;

/// <summary>Every generated file by its path in the repository.</summary>
internal static class GeneratedFiles
{
    public static IReadOnlyDictionary<string, string> Generate()
    {
        var docs = XmlDocs.Of(typeof(V1Alpha1NetworkProfile).Assembly);
        var schemas = new SchemaBuilder(docs);
        var profile = CrdBuilder.Build(V1Alpha1NetworkProfile.Entity, typeof(V1Alpha1NetworkProfile), schemas);
        var node = CrdBuilder.Build(V1Alpha1NodeNetwork.Entity, typeof(V1Alpha1NodeNetwork), schemas);
        return new Dictionary<string, string>
        {
            ["Crds/netprofile.io_networkprofiles.yaml"] = YamlWriter.Write(profile),
            ["Crds/netprofile.io_nodenetworks.yaml"] = YamlWriter.Write(node),
            ["docs/reference/networkprofile.md"] = FieldReference.Write(profile),
            ["docs/reference/nodenetwork.md"] = FieldReference.Write(node),
            ["docs/reference/conditions.md"] = ConditionReference.Write(typeof(NetworkProfileConditions), docs),
        };
    }

    public static IReadOnlyList<string> Stale(string root) =>
        Generate()
            .Where(file => !File.Exists(Path.Combine(root, file.Key)) || File.ReadAllText(Path.Combine(root, file.Key)) != file.Value)
            .Select(file => file.Key)
            .ToList();

    public static string? FindRepository(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
