using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NetProfile.Helm.Charts;

/// <summary>One chart version in a repository's index.yaml.</summary>
public sealed record IndexEntry
{
    public string Version { get; init; } = "";

    /// <summary>Bare hex, as <c>helm repo index</c> writes it; some tools put <c>sha256:</c> before it.</summary>
    public string? Digest { get; init; }

    /// <summary>Absolute, or relative to the index.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];
}

/// <summary>
/// Reads one chart's entries out of an index.yaml as a stream of events: an index has thousands of entries with long
/// descriptions, and only a few words of a few of them matter.
/// </summary>
public static class RepositoryIndex
{
    /// <returns>null when the repository has no chart of that name.</returns>
    /// <exception cref="InvalidDataException">Not an index.</exception>
    public static IReadOnlyList<IndexEntry>? EntriesOf(TextReader index, string chart)
    {
        try
        {
            var parser = new Parser(index);
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            parser.Consume<MappingStart>();
            while (!parser.Accept<MappingEnd>(out _))
            {
                if (parser.Consume<Scalar>().Value == "entries" && parser.TryConsume<MappingStart>(out _))
                {
                    return FindChart(parser, chart);
                }

                parser.SkipThisAndNestedEvents();
            }

            throw new InvalidDataException("it has no entries");
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"line {e.Start.Line}: {e.Message}", e);
        }
    }

    private static List<IndexEntry>? FindChart(Parser parser, string chart)
    {
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Consume<Scalar>().Value == chart && parser.TryConsume<SequenceStart>(out _))
            {
                var entries = new List<IndexEntry>();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    entries.Add(ReadEntry(parser));
                }

                return entries;
            }

            parser.SkipThisAndNestedEvents();
        }

        return null;
    }

    private static IndexEntry ReadEntry(Parser parser)
    {
        var entry = new IndexEntry();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            switch (parser.Consume<Scalar>().Value)
            {
                case "version" when parser.TryConsume<Scalar>(out var version):
                    entry = entry with { Version = version.Value };
                    break;
                case "digest" when parser.TryConsume<Scalar>(out var digest):
                    entry = entry with { Digest = digest.Value };
                    break;
                case "urls" when parser.TryConsume<SequenceStart>(out _):
                    entry = entry with { Urls = ReadUrls(parser) };
                    break;
                default:
                    parser.SkipThisAndNestedEvents();
                    break;
            }
        }

        return entry;
    }

    private static List<string> ReadUrls(Parser parser)
    {
        var urls = new List<string>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (parser.TryConsume<Scalar>(out var url))
            {
                urls.Add(url.Value);
            }
            else
            {
                parser.SkipThisAndNestedEvents();
            }
        }

        return urls;
    }
}
