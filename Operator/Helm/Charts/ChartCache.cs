using System.Security.Cryptography;
using System.Text;

namespace NetProfile.Helm.Charts;

/// <summary>
/// Packaged charts by their sha256, and which of them a version of a repository was. Every write is a rename of a finished file,
/// so that processes may share a cache and a crash leaves no half of one; what is read is checked against its name.
/// </summary>
public sealed class ChartCache(string directory)
{
    private readonly string contents = Path.Combine(directory, "sha256");
    private readonly string references = Path.Combine(directory, "refs");

    public static string DigestOf(ReadOnlySpan<byte> content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <returns>The path of the chart with that digest; null when it isn't cached.</returns>
    public string? Find(string digest)
    {
        var path = PathOf(digest);
        if (!File.Exists(path))
        {
            return null;
        }

        if (DigestOf(File.ReadAllBytes(path)) == digest)
        {
            return path;
        }

        File.Delete(path);
        return null;
    }

    /// <summary>The digest that this version had when it was fetched last; a published chart version does not change.</summary>
    public string? DigestOf(HelmChart chart)
    {
        var path = ReferenceOf(chart);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <returns>The path of the stored chart.</returns>
    public string Store(HelmChart chart, byte[] content)
    {
        var digest = DigestOf(content);
        Write(PathOf(digest), content);
        Write(ReferenceOf(chart), Encoding.ASCII.GetBytes(digest));
        return PathOf(digest);
    }

    /// <summary>A directory for one download; the caller deletes it.</summary>
    public string CreateScratch()
    {
        var path = Path.Combine(directory, $"fetch-{Guid.NewGuid():N}");
        Directory.CreateDirectory(path);
        return path;
    }

    private string PathOf(string digest) => Path.Combine(contents, $"{digest["sha256:".Length..]}.tgz");

    private string ReferenceOf(HelmChart chart) =>
        Path.Combine(references, DigestOf(Encoding.UTF8.GetBytes($"{chart.Repository}\n{chart.Name}\n{chart.Version}"))["sha256:".Length..]);

    private static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }
}
