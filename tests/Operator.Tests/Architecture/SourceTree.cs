using System.Text.RegularExpressions;
using NetProfile.Operator.Tests.Support;

namespace NetProfile.Operator.Tests.Architecture;

/// <summary>The repository's own text files, by their path from its root; built, fetched and generated ones are left out.</summary>
internal static partial class SourceTree
{
    private static readonly HashSet<string> s_notOurs = [".git", ".tools", ".demo", "bin", "obj", "artifacts", "node_modules", "TestResults"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> s_files = new(() => [.. Read(new DirectoryInfo(Repository.Root)).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    public static IEnumerable<SourceFile> Code(params string[] folders) => s_files.Value.Where(file => file.Extension == ".cs" && file.IsIn(folders));

    public static IEnumerable<SourceFile> Pages() => s_files.Value.Where(file => file.Extension == ".md");

    public static IEnumerable<SourceFile> All() => s_files.Value;

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            switch (entry)
            {
                case { LinkTarget: not null }:
                    break;
                case DirectoryInfo below when !s_notOurs.Contains(below.Name):
                    foreach (var file in Read(below))
                    {
                        yield return file;
                    }

                    break;
                case FileInfo { Length: < 1_000_000 } file when TextName().IsMatch(file.Name):
                    yield return new SourceFile(Path.GetRelativePath(Repository.Root, file.FullName), file.FullName);
                    break;
            }
        }
    }

    [GeneratedRegex(@"\.(cs|csproj|props|sln|md|json|ya?ml|tpl|txt|sh|mjs|lua)$|^(Makefile|Dockerfile|build|chart|publish|run|test|tools)$")]
    private static partial Regex TextName();
}

internal sealed record SourceFile(string Path, string FullName)
{
    private readonly Lazy<string> _text = new(() => File.ReadAllText(FullName));

    public string Extension => System.IO.Path.GetExtension(Path);

    public string Text => _text.Value;

    public string[] Lines => Text.Split('\n');

    public bool IsIn(params string[] folders) => folders.Length == 0 || folders.Any(folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public override string ToString() => Path;
}
