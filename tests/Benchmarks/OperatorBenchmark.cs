using Spectre.Console;

namespace NetProfile.Benchmarks;

/// <summary>The published operator against the real helm, on a simulated cluster.</summary>
internal static class OperatorBenchmark
{
    /// <returns>How many failed, for the exit code.</returns>
    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var helms = Helms();
        if (helms.Count == 0 || !File.Exists(options.Program))
        {
            await Console.Error.WriteLineAsync(helms.Count == 0 ? "operator: helm is missing: run `make tools`" : $"operator: {options.Program} is missing: `make bench` publishes it");
            return 1;
        }

        try
        {
            ResultTables.Write(await new Benchmark(options, text => AnsiConsole.MarkupLineInterpolated($"[grey]{text} …[/]")).RunAsync(helms, cancellationToken));
            return 0;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync($"operator: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 1;
        }
    }

    /// <summary>The configured one first: it is also the operator's.</summary>
    private static List<string> Helms() =>
    [
        .. new[] { Environment.GetEnvironmentVariable("NETPROFILE_HELM"), Path.Combine(Repository.Root, ".tools", "helm4", "helm"), Path.Combine(Repository.Root, ".tools", "helm3", "helm") }
            .OfType<string>().Where(File.Exists).Select(Path.GetFullPath).Distinct(),
    ];
}
