using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace NetProfile.SimulatedCluster.Charts;

/// <summary>
/// A Helm chart as an archive. The stand-in Cilium chart (tests/charts/cilium) plays any version: the bytes of one version are
/// always the same, so its digest can be pinned.
/// </summary>
public sealed record ChartPackage
{
    /// <summary>One patch of every minor that the operator knows, and an older one where an upgrade within a minor is wanted.</summary>
    public static readonly IReadOnlyList<string> CiliumVersions =
        ["1.13.18", "1.14.19", "1.15.19", "1.16.19", "1.17.18", "1.18.12", "1.19.5", "1.19.6", "1.20.0"];

    public required string Name { get; init; }

    public required string Version { get; init; }

    public required byte[] Archive { get; init; }

    public string FileName => $"{Name}-{Version}.tgz";

    /// <summary>Of the archive, as <c>sha256:…</c>.</summary>
    public string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Archive));

    /// <summary>The stand-in for Cilium's chart of <paramref name="version"/>.</summary>
    public static ChartPackage Cilium(string version)
    {
        var minor = int.Parse(version.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (path, text) in StandInFiles())
            {
                // The released charts have a schema from 1.16 on.
                if (path != "values.schema.json" || minor >= 16)
                {
                    tar.WriteEntry(Entry("cilium/" + path, path == "Chart.yaml" ? ChartYaml(version, minor) : text));
                }
            }
        }

        return new ChartPackage { Name = "cilium", Version = version, Archive = archive.ToArray() };
    }

    /// <summary>All of <see cref="CiliumVersions"/>.</summary>
    public static IReadOnlyList<ChartPackage> AllCilium() => [.. CiliumVersions.Select(Cilium)];

    /// <summary>Writes the archive where Helm can take it as a path; returns that path.</summary>
    public string WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        File.WriteAllBytes(path, Archive);
        return path;
    }

    private static string ChartYaml(string version, int minor) => $"""
        apiVersion: v2
        name: cilium
        description: Stand-in for tests
        type: application
        version: {version}
        appVersion: {version}
        kubeVersion: ">= {(minor < 16 ? "1.16.0-0" : "1.21.0-0")}"

        """;

    private static UstarTarEntry Entry(string path, string text) => new(TarEntryType.RegularFile, path)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };

    /// <summary>The chart's files, Chart.yaml first as Helm likes it. They are embedded, so that no test depends on a working directory.</summary>
    private static IEnumerable<(string Path, string Text)> StandInFiles()
    {
        const string prefix = "charts/cilium/";
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .OrderBy(path => path != "Chart.yaml").ThenBy(path => path, StringComparer.Ordinal)
            .Select(path =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(prefix + path)!);
                return (path, reader.ReadToEnd());
            });
    }
}
