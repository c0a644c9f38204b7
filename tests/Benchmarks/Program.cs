using NetProfile.Benchmarks;

// One name a benchmark; none runs all of them.
var wanted = args.ToHashSet(StringComparer.Ordinal);
var failed = 0;
if (wanted.Count == 0 || wanted.Contains("node"))
{
    failed += await NodeBenchmark.RunAsync(Console.Out);
}

return failed;
