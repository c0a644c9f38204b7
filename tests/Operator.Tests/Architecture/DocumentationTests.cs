using System.Text.RegularExpressions;
using NetProfile.Cilium.Values;
using NetProfile.Commands.Input;
using NetProfile.Commands.Validation;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Architecture;

public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        var broken =
            from page in SourceTree.Pages()
            from link in LinksOf(page)
            let target = Resolve(page, link.Target)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{page}: {link.Target}";

        Report.Nothing(broken);
    }

    [Fact]
    public void Every_link_to_a_heading_leads_to_one()
    {
        var broken =
            from page in SourceTree.Pages()
            from link in LinksOf(page)
            where link.Heading.Length > 0
            let target = link.Target.Length == 0 ? page.FullName : Resolve(page, link.Target)
            where !File.Exists(target) || !HeadingsOf(File.ReadAllText(target)).Contains(link.Heading)
            select $"{page}: {link.Target}#{link.Heading}";

        Report.Nothing(broken);
    }

    [Fact]
    public void Every_page_of_docs_is_reached_from_the_README()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<SourceFile>(SourceTree.Pages().Where(page => page.Path == "README.md"));
        while (next.TryDequeue(out var page))
        {
            if (!reached.Add(page.FullName))
            {
                continue;
            }

            var targets = LinksOf(page).Select(link => Resolve(page, link.Target)).ToList();
            foreach (var found in SourceTree.Pages().Where(other => targets.Contains(other.FullName) || targets.Contains(Path.GetDirectoryName(other.FullName)!)))
            {
                next.Enqueue(found);
            }
        }

        Report.Nothing(SourceTree.Pages().Where(page => page.IsIn("docs") && !reached.Contains(page.FullName)));
    }

    [Fact]
    public void Every_NetworkProfile_in_the_documentation_is_valid()
    {
        var profiles =
            from page in SourceTree.Pages()
            from Match block in YamlBlock().Matches(page.Text)
            where block.Groups["text"].Value.Contains("kind: NetworkProfile\n", StringComparison.Ordinal)
            from document in InputDocument.ReadAll(new InputText(page.Path, block.Groups["text"].Value))
            where document.Kind == "NetworkProfile"
            select document;
        var all = profiles.ToList();

        Assert.NotEmpty(all);
        Assert.All(all, profile => Report.Nothing(ProfileValidator.Review(profile, all, ValuesContext.Empty).Problems.Where(problem => problem.Severity == ProblemSeverity.Error)));
    }

    [Fact]
    public void Every_make_target_that_is_named_exists()
    {
        var makefile = File.ReadAllText(Path.Combine(Repository.Root, "Makefile"));
        var unknown =
            from page in SourceTree.Pages()
            from Match named in MakeTarget().Matches(page.Text)
            where !Regex.IsMatch(makefile, $"^{named.Groups["target"].Value}:", RegexOptions.Multiline)
            select $"{page}: {named.Value}";

        Report.Nothing(unknown);
    }

    private static IEnumerable<(string Target, string Heading)> LinksOf(SourceFile page) =>
        from Match link in Link().Matches(CodeBlock().Replace(page.Text, ""))
        let target = link.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let parts = target.Split('#', 2)
        select (parts[0], parts.Length > 1 ? parts[1] : "");

    private static string Resolve(SourceFile page, string target) =>
        target.Length == 0 ? page.FullName : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.FullName)!, target)).TrimEnd('/');

    /// <summary>As GitHub and GitLab make them.</summary>
    private static HashSet<string> HeadingsOf(string text) =>
        [.. Heading().Matches(CodeBlock().Replace(text, "")).Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^```yaml\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex(@"`make (?<target>[a-z-]+)")]
    private static partial Regex MakeTarget();
}
