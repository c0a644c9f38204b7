namespace NetProfile.Crds;

/// <summary>A CustomResourceDefinition as YAML text; <paramref name="FileName"/> is its file's name in Crds/ and in the chart.</summary>
public sealed record CrdManifest(string FileName, string Yaml);

/// <summary>The generated manifests, which travel inside this assembly so that binary and CRDs can't drift apart.</summary>
public static class CrdManifests
{
    public static CrdManifest NetworkProfiles { get; } = Load("netprofile.io_networkprofiles.yaml");

    public static CrdManifest NodeNetworks { get; } = Load("netprofile.io_nodenetworks.yaml");

    public static IReadOnlyList<CrdManifest> All { get; } = [NetworkProfiles, NodeNetworks];

    private static CrdManifest Load(string fileName)
    {
        using var stream = typeof(CrdManifests).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"the assembly holds no {fileName}");
        using var reader = new StreamReader(stream);
        return new CrdManifest(fileName, reader.ReadToEnd());
    }
}
