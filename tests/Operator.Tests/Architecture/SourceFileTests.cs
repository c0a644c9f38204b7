using System.Reflection;
using System.Text.RegularExpressions;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Architecture;

public sealed partial class SourceFileTests
{
    private const int LongestFile = 350;

    [Fact]
    public void No_file_is_longer_than_a_person_reads_at_once() =>
        Report.Nothing(SourceTree.Code().Where(file => file.Lines.Length > LongestFile).Select(file => $"{file}: {file.Lines.Length} lines"));

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var wrong =
            from file in SourceTree.Code("Crds", "Operator", "tests")
            let declared = Namespace().Match(file.Text)
            where declared.Success && declared.Groups["name"].Value != ExpectedNamespace(file)
            select $"{file}: {declared.Groups["name"].Value}, expected {ExpectedNamespace(file)}";

        Report.Nothing(wrong);
    }

    [Fact]
    public void Nothing_is_left_to_do_in_comments() =>
        Report.Nothing(SourceTree.Code().Where(file => !file.IsIn("tests/Operator.Tests/Architecture") && Unfinished().IsMatch(file.Text)));

    [Fact]
    public void Nothing_names_a_folder_of_somebodys_machine()
    {
        var wrong =
            from file in SourceTree.All()
            where !file.IsIn("tests/Operator.Tests/Architecture")
            from Match path in MachinePath().Matches(file.Text)
            select $"{file}: {path.Value}";

        Report.Nothing(wrong);
    }

    [Fact]
    public void Every_condition_and_reason_is_in_the_reference()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "conditions.md"));
        var words = typeof(NetworkProfileConditions).GetNestedTypes()
            .SelectMany(condition => condition.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.IsLiteral)
            .Select(field => (field.Name, Value: (string)field.GetRawConstantValue()!))
            .ToList();

        Assert.NotEmpty(words);
        Assert.All(words, word => Assert.Contains(word.Name == "Type" ? $"\n## {word.Value}\n" : $"| `{word.Value}` |", page, StringComparison.Ordinal));
        Assert.All(words, word => Assert.Matches("^[A-Z][A-Za-z0-9]+$", word.Value));
    }

    /// <summary>The folder's, with the root namespace of its project before it.</summary>
    private static string ExpectedNamespace(SourceFile file)
    {
        var folders = (Path.GetDirectoryName(file.Path) ?? "").Split('/');
        string[] parts = folders switch
        {
            ["Operator", .. var below] => ["NetProfile", .. below],
            ["Crds", .. var below] => ["NetProfile", "Crds", .. below],
            ["tests", var project, .. var below] => ["NetProfile", .. project.Split('.'), .. below],
            _ => folders,
        };
        return string.Join('.', parts);
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException|\bSkip = """)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w./-])/(work|home/(?!kubernetes)[a-z]+|Users/[A-Za-z]+|root)/[\w.-]+")]
    private static partial Regex MachinePath();
}
