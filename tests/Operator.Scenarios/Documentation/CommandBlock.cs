using System.Text.RegularExpressions;
using NetProfile.Operator.Scenarios.Charts;

namespace NetProfile.Operator.Scenarios.Documentation;

/// <summary>A block of commands in a page for people.</summary>
/// <param name="Page">Its path in the repository.</param>
/// <param name="Script">All of its lines.</param>
public sealed partial record CommandBlock(string Page, string Script)
{
    public override string ToString() => $"{Page}: {Script.Split('\n')[0]}";

    public static IReadOnlyList<CommandBlock> All() => [.. Pages().SelectMany(Of)];

    public static IReadOnlyList<CommandBlock> Of(string page) =>
        [.. Block().Matches(File.ReadAllText(Path.Combine(HelmBinary.RepositoryRoot(), page))).Select(match => new CommandBlock(page, match.Groups["script"].Value))];

    /// <summary>The NetworkProfile that a page shows first, with the stand-in charts in the place of the public repository.</summary>
    public static string ProfileOf(string page, string charts)
    {
        var block = Profile().Match(File.ReadAllText(Path.Combine(HelmBinary.RepositoryRoot(), page)));
        var (indent, text) = (block.Groups["indent"].Value, block.Groups["text"].Value);
        var lines = text.Split('\n').Select(line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line);
        return string.Join('\n', lines.SelectMany(line => line.TrimStart().StartsWith("version: 1.", StringComparison.Ordinal) ? [line, $"    chart: {{ repository: \"{charts}\" }}"] : new[] { line }));
    }

    private static IEnumerable<string> Pages()
    {
        var root = HelmBinary.RepositoryRoot();
        var docs = Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file));
        return docs.Concat(["README.md", "CONTRIBUTING.md", "charts/netprofile-operator/README.md"]).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("^ *```(sh|bash|shell|console)\n(?<script>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex("^(?<indent> *)```yaml\n(?<text> *apiVersion: netprofile.io/v1alpha1\n *kind: NetworkProfile\n.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Profile();
}
