using System.Text.RegularExpressions;

namespace NetProfile.Helm;

/// <summary>From all that helm wrote to stderr, the part that a person acts on, without what may be secret.</summary>
public static partial class HelmMessage
{
    private const int LongestMessage = 600;
    private const int LongestOutput = 16 * 1024;

    /// <summary>The last <c>Error:</c> with the lines that belong to it; the last line where there is none.</summary>
    public static string Summary(string standardError)
    {
        var lines = standardError.Split('\n').Select(line => line.Trim()).Where(IsMeaningful).ToArray();
        if (lines.Length == 0)
        {
            return "helm failed and said nothing";
        }

        var last = Math.Max(Array.FindLastIndex(lines, line => line.StartsWith("Error:", StringComparison.Ordinal)), -1);
        var text = last < 0 ? lines[^1] : string.Join("; ", lines[last..].Take(6)).Replace(":; ", ": ", StringComparison.Ordinal);
        return Shortened(Redacted(Prefixes().Replace(text, "")), LongestMessage);
    }

    /// <summary>All of it, for an Event or the log.</summary>
    public static string Output(string standardError) => Shortened(Redacted(standardError.Trim()), LongestOutput);

    private static bool IsMeaningful(string line) =>
        line.Length > 0 && !line.StartsWith("Use --debug", StringComparison.Ordinal) && !line.StartsWith("level=", StringComparison.Ordinal) && !line.StartsWith("WARNING:", StringComparison.Ordinal);

    private static string Shortened(string text, int limit) => text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - 1), "…");

    private static string Redacted(string text) => Rejected().Replace(PrivateKeys().Replace(Encoded().Replace(text, "…"), "…"), "Invalid value: …");

    [GeneratedRegex(@"^Error:\s*(?:(?:INSTALLATION|UPGRADE|ROLLBACK) FAILED:\s*)?")]
    private static partial Regex Prefixes();

    // Certificates, keys and tokens are long runs of base64 with capitals in them; paths and digests have none.
    [GeneratedRegex(@"(?=[a-z0-9+/_-]{0,40}[A-Z])[A-Za-z0-9+/_-]{64,}={0,2}")]
    private static partial Regex Encoded();

    [GeneratedRegex(@"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)", RegexOptions.Singleline)]
    private static partial Regex PrivateKeys();

    // The API server repeats the whole value that it rejects, and that may be a Secret's data.
    [GeneratedRegex(@"Invalid value: (?:""(?:[^""\\]|\\.){80,}""|\{.{80,}\}|map\[.{80,}\])", RegexOptions.Singleline)]
    private static partial Regex Rejected();
}
