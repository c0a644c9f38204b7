using System.Diagnostics;

namespace NetProfile.Operator.Scenarios.ApiServer;

/// <summary>An unmodified kubectl or helm from .tools/, run against one kubeconfig.</summary>
internal sealed class Tool
{
    private readonly string file;
    private readonly string folder;
    private readonly string kubeconfig;

    private Tool(string file, string folder, string kubeconfig) => (this.file, this.folder, this.kubeconfig) = (file, folder, kubeconfig);

    /// <param name="name"><c>kubectl-1.35/kubectl</c>, <c>helm4/helm</c>; the test is skipped where it is not installed.</param>
    public static Tool Find(string name, string folder, string kubeconfig)
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Operator.sln")))
        {
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar));
        }

        var file = Path.Combine(root ?? "", ".tools", name);
        Assert.SkipUnless(File.Exists(file), $"no .tools/{name}; make tools installs it");
        return new Tool(file, folder, kubeconfig);
    }

    /// <returns>What it prints; fails the test when it fails.</returns>
    public async Task<string> RunAsync(string arguments, string? input = null)
    {
        var (code, output, error) = await TryAsync(arguments, input);
        Assert.True(code == 0, $"{Path.GetFileName(file)} {arguments}: exit code {code}\n{output}\n{error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> TryAsync(string arguments, string? input = null)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in arguments.Split(' '))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["HOME"] = folder;
        using var process = new Process { StartInfo = start };
        process.Start();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
