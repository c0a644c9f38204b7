using System.Globalization;

namespace NetProfile.Benchmarks;

/// <summary>Of the benchmarks `operator` and `agents`: <c>--nodes N --reconciles N --upgrades N --program PATH</c></summary>
internal sealed record BenchmarkOptions
{
    public int Nodes { get; init; } = 3;

    public bool NodesAreGiven { get; init; }

    public int Reconciles { get; init; } = 100;

    public int Upgrades { get; init; } = 5;

    /// <summary>The published operator that is measured.</summary>
    public required string Program { get; init; }

    public static BenchmarkOptions Parse(string[] args)
    {
        string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        int Number(string name, int fallback) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

        var defaults = new BenchmarkOptions { Program = Option("--program") ?? Path.Combine(Repository.Root, "artifacts", "netprofile", "netprofile") };
        return defaults with
        {
            Nodes = Number("--nodes", defaults.Nodes),
            NodesAreGiven = Option("--nodes") is not null,
            Reconciles = Number("--reconciles", defaults.Reconciles),
            Upgrades = Number("--upgrades", defaults.Upgrades),
        };
    }
}

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
