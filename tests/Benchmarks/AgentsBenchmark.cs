using System.Globalization;
using NetProfile.SimulatedCluster;
using Spectre.Console;

namespace NetProfile.Benchmarks;

/// <summary>
/// What it costs to know how many agents are: a fresh operator that asks them all, and then a minute in which nothing happens.
/// </summary>
internal static class AgentsBenchmark
{
    private static readonly int[] s_sizes = [100, 500, 1000];

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>After the last answer the status is written, pods are counted, and young agents are asked about their peers once more.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMinutes(3);

    /// <returns>How many failed, for the exit code.</returns>
    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var helm = Environment.GetEnvironmentVariable("NETPROFILE_HELM") ?? Path.Combine(Repository.Root, ".tools", "helm4", "helm");
        if (!File.Exists(helm) || !File.Exists(options.Program))
        {
            await Console.Error.WriteLineAsync(File.Exists(helm) ? $"agents: {options.Program} is missing: `make bench` publishes it" : "agents: helm is missing: run `make tools`");
            return 1;
        }

        var table = new Table()
            .AddColumn("agents").AddColumn(Right("all asked after")).AddColumn(Right("requests")).AddColumn(Right("of them exec")).AddColumn(Right("MiB answered"))
            .AddColumn(Right("resident")).AddColumn(Right("steady: requests/s")).AddColumn(Right("steady: CPU"));
        foreach (var nodes in options.NodesAreGiven ? [options.Nodes] : s_sizes)
        {
            try
            {
                table.AddRow(await MeasureAsync(nodes, options, helm, cancellationToken));
            }
            catch (InvalidOperationException e)
            {
                await Console.Error.WriteLineAsync($"agents: {nodes}: {e.Message}");
                return 1;
            }
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
        return 0;
    }

    private static async Task<string[]> MeasureAsync(int nodes, BenchmarkOptions options, string helm, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLineInterpolated($"[grey]{nodes} agents: Cilium is installed …[/]");
        await using var cluster = await BenchmarkCluster.StartAsync(nodes, cancellationToken);
        cluster.CreateProfile();
        await using (var first = MeasuredOperator.Start(cluster, options, helm))
        {
            await first.UntilAsync(cluster.IsReady, "Ready", s_limit, cancellationToken);
        }

        AnsiConsole.MarkupLineInterpolated($"[grey]{nodes} agents: a fresh operator asks them …[/]");
        var clock = TimeProvider.System;
        cluster.ForgetRequests();
        var began = clock.GetTimestamp();
        await using var @operator = MeasuredOperator.Start(cluster, options, helm);
        await @operator.UntilAsync(() => Asked(cluster) >= nodes, "every agent was asked", s_limit, cancellationToken);
        var asked = clock.GetElapsedTime(began);
        var requests = cluster.OperatorRequests();

        await Task.Delay(s_settle, clock, cancellationToken);
        cluster.ForgetRequests();
        var cpu = ProcessUsage.CpuOf(@operator.Pid);
        await Task.Delay(s_minute, clock, cancellationToken);
        var steady = cluster.OperatorRequests();
        AnsiConsole.MarkupLineInterpolated($"[grey]in the steady minute: {string.Join(", ", steady.GroupBy(r => $"{r.Verb} {(r.Resource.Length > 0 ? r.Resource : r.Path)}").OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}"))}[/]");
        return
        [
            Text($"{nodes}"),
            Text($"{asked.TotalSeconds:0.0} s"),
            Text($"{requests.Count}"),
            Text($"{requests.Count(IsExec)}"),
            Text($"{requests.Sum(r => (double)r.Bytes) / (1 << 20):0.0}"),
            Text($"{ProcessUsage.MebibytesOf(@operator.Pid, "VmRSS"):0} MiB"),
            Text($"{steady.Count / s_minute.TotalSeconds:0.00}"),
            Text($"{(ProcessUsage.CpuOf(@operator.Pid) - cpu) / s_minute:0.0 %}"),
        ];
    }

    private static int Asked(BenchmarkCluster cluster) => cluster.OperatorRequests().Where(IsExec).Select(r => r.Path).Distinct(StringComparer.Ordinal).Count();

    private static bool IsExec(RequestEntry request) => request.Resource == "pods/exec";

    private static TableColumn Right(string title) => new TableColumn(title).RightAligned();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
