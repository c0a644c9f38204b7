using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using NetProfile.Serialization;

namespace NetProfile.Helm.Charts;

/// <summary>Name and version from a chart's Chart.yaml.</summary>
public sealed record ChartMetadata(string Name, string Version)
{
    private const int LargestFile = 1024 * 1024;
    private const long LargestArchive = 512L * 1024 * 1024;

    /// <exception cref="InvalidDataException">Not a packaged chart.</exception>
    public static ChartMetadata OfArchive(byte[] archive)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            long passed = 0;
            while (tar.GetNextEntry() is { } entry)
            {
                passed += entry.Length;
                // <chart>/Chart.yaml; those of subcharts lie deeper.
                if (entry.Name.TrimStart('.', '/').Split('/') is [_, "Chart.yaml"] && entry is { DataStream: { } content, Length: <= LargestFile })
                {
                    using var reader = new StreamReader(content, Encoding.UTF8);
                    return Parse(reader.ReadToEnd());
                }

                if (passed > LargestArchive)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or NotSupportedException)
        {
            throw new InvalidDataException(e.Message, e);
        }

        throw new InvalidDataException("there is no Chart.yaml in it");
    }

    /// <exception cref="InvalidDataException">Not a chart's folder.</exception>
    public static ChartMetadata OfFolder(string folder) => Parse(File.ReadAllText(Path.Combine(folder, "Chart.yaml")));

    private static ChartMetadata Parse(string chartYaml)
    {
        try
        {
            var chart = YamlReader.ReadObject(chartYaml);
            return new ChartMetadata(chart["name"]?.ToString() ?? "", chart["version"]?.ToString() ?? "");
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"its Chart.yaml cannot be read: {e.Message}", e);
        }
    }
}
