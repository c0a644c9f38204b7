using System.Globalization;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Engine;

// --nodes N --control-planes N --flannel --kube-proxy --coredns --speed X --kubernetes-version V --port P --kubeconfig PATH
string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
int Number(string name, int fallback) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

var builder = new ClusterBuilder()
    .WithNodes(Number("--nodes", 0), Number("--control-planes", 1))
    .WithTimings(new ActorTimings { LeaseRenewal = TimeSpan.FromSeconds(10) }.Scaled(1 / double.Parse(Option("--speed") ?? "1", CultureInfo.InvariantCulture)))
    .WithOptions(options => options with { KubernetesVersion = Option("--kubernetes-version") ?? "1.35.0", Port = Number("--port", 0) });
foreach (var (name, add) in new (string, Func<ClusterBuilder>)[] { ("--flannel", () => builder.WithFlannel()), ("--kube-proxy", () => builder.WithKubeProxy()), ("--coredns", builder.WithCoreDns) })
{
    if (args.Contains(name))
    {
        add();
    }
}

await using var cluster = await builder.StartAsync(CancellationToken.None);
cluster.RunInBackground();
var path = Path.GetFullPath(Option("--kubeconfig") ?? Path.Combine(Path.GetTempPath(), $"simulated-{Environment.ProcessId}.kubeconfig"));
cluster.Api.WriteKubeconfig(path);
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
