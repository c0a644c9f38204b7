using System.Text;
using NetProfile.Processes;

namespace NetProfile.Demo;

/// <summary>The unmodified programs, as `make tools` brings them.</summary>
internal sealed record Tools(string Kubectl, string Helm)
{
    public static Tools Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent;
        }

        var root = folder?.FullName ?? Environment.CurrentDirectory;
        var tools = new Tools(Path.Combine(root, ".tools", "kubectl-1.35", "kubectl"), Environment.GetEnvironmentVariable("NETPROFILE_HELM") ?? Path.Combine(root, ".tools", "helm4", "helm"));
        foreach (var tool in new[] { tools.Kubectl, tools.Helm }.Where(tool => !File.Exists(tool)))
        {
            throw new DemoException($"{tool} is missing: run `make tools`");
        }

        return tools;
    }
}

/// <summary>Runs kubectl and helm against the demo's cluster.</summary>
internal sealed class Shell(IProcessRunner processes, Tools tools, string kubeconfig)
{
    public IProcessRunner Processes { get; } = processes;

    public Dictionary<string, string?> Environment { get; } = new() { ["KUBECONFIG"] = kubeconfig, ["NETPROFILE_HELM"] = tools.Helm, ["TMPDIR"] = Path.GetDirectoryName(kubeconfig), ["NETPROFILE_IMAGE"] = DemoAgents.Image, ["POD_NAMESPACE"] = "kube-system" };

    public Task<string> KubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => RunAsync(tools.Kubectl, arguments, "", cancellationToken);

    public Task<string> KubectlApplyAsync(string manifest, CancellationToken cancellationToken) => RunAsync(tools.Kubectl, ["apply", "-f", "-"], manifest, cancellationToken);

    public Task<string> HelmAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => RunAsync(tools.Helm, arguments, "", cancellationToken);

    private async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken)
    {
        var result = await Processes.RunAsync(
            new ProcessSpec { FileName = program, Arguments = arguments, StandardInput = Encoding.UTF8.GetBytes(input), Environment = Environment, Timeout = TimeSpan.FromSeconds(30) },
            cancellationToken);
        return result.ExitCode == 0
            ? result.StandardOutput.TrimEnd()
            : throw new DemoException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.StandardError.Trim()}");
    }
}
