using NetProfile.Processes;

namespace NetProfile.Operator.Scenarios.Support;

/// <summary>What a person does with helm beside the operator.</summary>
internal static class HelmByHand
{
    public static Task UpgradeAsync(ScenarioCluster cluster, string chart, params string[] more) =>
        RunAsync(cluster, ["upgrade", "--install", "cilium", Path.Combine(cluster.Charts, chart), "-n", "kube-system", .. more]);

    public static async Task RunAsync(ScenarioCluster cluster, IReadOnlyList<string> arguments)
    {
        var result = await new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec
            {
                FileName = cluster.Helm,
                Arguments = arguments,
                Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.Kubeconfig, ["HOME"] = cluster.Folder },
                Timeout = TimeSpan.FromMinutes(1),
            },
            TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StandardError);
    }
}
