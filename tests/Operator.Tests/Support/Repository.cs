namespace NetProfile.Operator.Tests.Support;

/// <summary>Where the tests' files are, from wherever the tests run.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Golden(params string[] path) => Path.Combine([Root, "tests", "Operator.Tests", "Golden", .. path]);

    /// <summary>A tool that <c>make tools</c> installs; null when it hasn't.</summary>
    public static string? Tool(params string[] path) => Path.Combine([Root, ".tools", .. path]) is var file && File.Exists(file) ? file : null;

    /// <summary>Data that lies beside the repository and is no part of it; null when absent.</summary>
    public static string? SharedData(params string[] path)
    {
        var folder = Path.Combine([Root, "..", "shared", "data", .. path]);
        return Path.Exists(folder) ? folder : null;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no Operator.sln above the tests");
    }
}
