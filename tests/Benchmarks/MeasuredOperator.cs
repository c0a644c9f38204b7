using System.Globalization;
using NetProfile.Processes;

namespace NetProfile.Benchmarks;

/// <summary>The published operator as a process of its own.</summary>
internal sealed class MeasuredOperator : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ProcessResult> _run;
    private readonly string _folder;

    private MeasuredOperator(BenchmarkCluster cluster, BenchmarkOptions options, string helm)
    {
        _folder = cluster.Folder;
        _run = new ProcessRunner(TimeProvider.System).RunAsync(
            new ProcessSpec
            {
                FileName = "/bin/sh",
                Arguments = ["-c", "echo $$ > \"$1/pid\"; exec \"$2\" operator --lease-namespace=kube-system --health-address=127.0.0.1:0 > \"$1/log\" 2>&1", "sh", _folder, options.Program],
                Environment = new Dictionary<string, string?>
                {
                    ["KUBECONFIG"] = cluster.Kubeconfig,
                    ["NETPROFILE_HELM"] = helm,
                    ["NETPROFILE_CHART_CACHE"] = Path.Combine(_folder, "cache"),
                    // As in the image.
                    ["DOTNET_gcServer"] = "0",
                    ["DOTNET_EnableDiagnostics"] = "0",
                },
                Timeout = TimeSpan.FromHours(1),
                GracePeriod = TimeSpan.FromSeconds(20),
            },
            _stop.Token);
    }

    public int Pid => int.Parse(File.ReadAllText(Path.Combine(_folder, "pid")), CultureInfo.InvariantCulture);

    public static MeasuredOperator Start(BenchmarkCluster cluster, BenchmarkOptions options, string helm) => new(cluster, options, helm);

    public async Task UntilAsync(Func<bool> holds, string what, TimeSpan limit, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        while (!holds())
        {
            if (_run.IsCompleted || clock.GetElapsedTime(began) > limit)
            {
                var log = Path.Combine(_folder, "log");
                throw new InvalidOperationException($"never: {what}\n{(File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(15)) : "")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
