using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NetProfile.Helm.Charts;

/// <summary>Charts that came with the image or a volume (air gap): an archive, a chart's folder, or a folder of archives.</summary>
internal static class LocalCharts
{
    public static LocalChart Find(HelmChart chart)
    {
        var root = chart.Repository.StartsWith("file://", StringComparison.Ordinal) ? chart.Repository["file://".Length..] : chart.Repository;
        var path = File.Exists(root) || IsChart(root)
            ? root
            : new[] { Path.Combine(root, $"{chart.Name}-{chart.Version}.tgz"), Path.Combine(root, chart.Name) }.FirstOrDefault(p => File.Exists(p) || IsChart(p));
        if (path is null)
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, Directory.Exists(root)
                ? $"{root} has no {chart.Name}-{chart.Version}.tgz{Others(root, chart)}"
                : $"there is neither a file nor a folder {root} where the operator runs");
        }

        return Read(chart, path);
    }

    private static LocalChart Read(HelmChart chart, string path)
    {
        try
        {
            var isFolder = Directory.Exists(path);
            var archive = isFolder ? null : File.ReadAllBytes(path);
            var metadata = archive is null ? ChartMetadata.OfFolder(path) : ChartMetadata.OfArchive(archive);
            ChartFetcher.Require(chart, metadata, path);
            return new LocalChart { Path = Path.GetFullPath(path), Version = metadata.Version, Digest = archive is null ? FolderDigest(path) : ChartCache.DigestOf(archive) };
        }
        catch (InvalidDataException e)
        {
            throw new ChartProblem(HelmFailure.ChartNotFound, $"{path} is not a chart: {e.Message}", e);
        }
    }

    private static bool IsChart(string path) => File.Exists(Path.Combine(path, "Chart.yaml"));

    private static string Others(string root, HelmChart chart)
    {
        var versions = Directory.EnumerateFiles(root, $"{chart.Name}-*.tgz").Select(file => Path.GetFileNameWithoutExtension(file)[(chart.Name.Length + 1)..]);
        var nearest = ChartVersions.Nearest(chart.Version, versions);
        return nearest.Count == 0 ? "" : $"; the nearest are {string.Join(", ", nearest)}";
    }

    /// <summary>Over each file's path, length and content, in the order of the paths.</summary>
    private static string FolderDigest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var content = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(folder, file)}\0{content.Length}\0")));
            hash.AppendData(content);
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
