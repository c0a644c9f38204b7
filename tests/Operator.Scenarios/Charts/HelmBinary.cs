using System.Diagnostics;

namespace NetProfile.Operator.Scenarios.Charts;

/// <summary>The real helm of <c>make tools</c>, version 3 or 4; tests skip where it is not there.</summary>
internal sealed class HelmBinary
{
    private readonly string path;

    private HelmBinary(string path) => this.path = path;

    /// <param name="major">3 or 4.</param>
    public static HelmBinary OrSkip(int major)
    {
        var path = Path.Combine(RepositoryRoot(), ".tools", $"helm{major}", "helm");
        Assert.SkipUnless(File.Exists(path), $"helm {major} is not installed: make tools");
        return new HelmBinary(path);
    }

    public static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Operator.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("Operator.sln is in no parent directory");
    }

    public async Task<(int ExitCode, string Output, string Error)> RunAsync(string home, params string[] arguments)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["HELM_CACHE_HOME"] = Path.Combine(home, "cache"),
                ["HELM_CONFIG_HOME"] = Path.Combine(home, "config"),
                ["HELM_DATA_HOME"] = Path.Combine(home, "data"),
            },
        };
        process.Start();
        var token = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var error = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await error);
    }
}
