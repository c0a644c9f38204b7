using NetProfile.SimulatedCluster;

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

await using var cluster = await Cluster.StartAsync(new ClusterOptions
{
    KubernetesVersion = Option("--kubernetes-version") ?? "1.35.0",
    Port = int.Parse(Option("--port") ?? "0", System.Globalization.CultureInfo.InvariantCulture),
});
var path = Path.GetFullPath(Option("--kubeconfig") ?? Path.Combine(Path.GetTempPath(), $"simulated-{Environment.ProcessId}.kubeconfig"));
cluster.WriteKubeconfig(path);
Console.WriteLine(path);

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
try
{
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
}
catch (OperationCanceledException)
{
    File.Delete(path);
}

return 0;
