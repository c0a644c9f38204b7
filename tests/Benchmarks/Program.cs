using NetProfile.Benchmarks;

// The names of benchmarks, all without any, and options: bench operator --nodes 50
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var wanted = args.TakeWhile(argument => !argument.StartsWith('-')).ToHashSet(StringComparer.Ordinal);
var failed = 0;
if (wanted.Count == 0 || wanted.Contains("operator"))
{
    failed += await OperatorBenchmark.RunAsync(BenchmarkOptions.Parse(args), stop.Token);
}

if (wanted.Count == 0 || wanted.Contains("agents"))
{
    failed += await AgentsBenchmark.RunAsync(BenchmarkOptions.Parse(args), stop.Token);
}

if (wanted.Count == 0 || wanted.Contains("node"))
{
    failed += await NodeBenchmark.RunAsync(Console.Out);
}

return failed;
