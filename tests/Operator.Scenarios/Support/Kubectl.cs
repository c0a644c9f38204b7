using NetProfile.Operator.Scenarios.Charts;
using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support;

internal static class Kubectl
{
    public static async Task<string> RunAsync(ScenarioCluster cluster, IReadOnlyList<string> arguments)
    {
        var program = Path.Combine(HelmBinary.RepositoryRoot(), ".tools", "kubectl-1.35", "kubectl");
        Assert.SkipUnless(File.Exists(program), "kubectl 1.35 is not installed: make tools");
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec { FileName = program, Arguments = arguments, Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.Kubeconfig, ["HOME"] = cluster.Folder }, Timeout = TimeSpan.FromMinutes(1) },
            TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StandardError);
        return result.StandardOutput;
    }
}
