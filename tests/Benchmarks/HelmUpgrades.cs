using NetProfile.Processes;

namespace NetProfile.Benchmarks;

/// <summary>CPU and wall time of one piece of work.</summary>
internal readonly record struct Cost(TimeSpan Cpu, TimeSpan Wall);

/// <summary>What the real helm takes to find out that a release needs nothing: an upgrade with the same chart and values.</summary>
internal sealed class HelmUpgrades(BenchmarkCluster cluster, string helm)
{
    private readonly ProcessRunner _processes = new(TimeProvider.System);

    public async Task<string> VersionAsync(CancellationToken cancellationToken) => (await RunAsync("\"$1\" version --template='{{.Version}}'", cancellationToken)).StandardOutput.Trim().TrimStart('v');

    public async Task<Cost> MeasureAsync(int times, CancellationToken cancellationToken)
    {
        await RunAsync("\"$1\" get values cilium -n kube-system -o yaml > \"$2/values.yaml\"", cancellationToken);
        await UpgradeAsync(cancellationToken);
        var sum = new Cost(TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < times; i++)
        {
            var one = await UpgradeAsync(cancellationToken);
            sum = new Cost(sum.Cpu + one.Cpu, sum.Wall + one.Wall);
        }

        return new Cost(sum.Cpu / times, sum.Wall / times);
    }

    private async Task<Cost> UpgradeAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync("\"$1\" upgrade cilium \"$3\" -n kube-system --reset-values -f \"$2/values.yaml\" > /dev/null && cat /proc/$$/stat", cancellationToken);
        return new Cost(ProcessUsage.CpuOfChildren(result.StandardOutput), result.Duration);
    }

    private async Task<ProcessResult> RunAsync(string script, CancellationToken cancellationToken)
    {
        var result = await _processes.RunAsync(
            new ProcessSpec
            {
                FileName = "/bin/sh",
                Arguments = ["-c", script, "sh", helm, cluster.Folder, cluster.Chart],
                Environment = new Dictionary<string, string?> { ["KUBECONFIG"] = cluster.Kubeconfig, ["HOME"] = cluster.Folder },
                Timeout = TimeSpan.FromMinutes(2),
            },
            cancellationToken);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"helm: {result.StandardError.Trim()}");
    }
}
