using System.CommandLine;
using NetProfile.Helm;
using NetProfile.Hosting;
using NetProfile.Hosting.Telemetry;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Hosting.StatusPage;

namespace NetProfile.Commands;

/// <summary><c>netprofile operator</c>: watches NetworkProfiles and acts on them until it is stopped.</summary>
internal static class OperatorCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Kubeconfig file. Default: KUBECONFIG, else the pod's ServiceAccount, else ~/.kube/config." };
        var context = new Option<string?>("--context") { Description = "Context of the kubeconfig." };
        var apiServers = new Option<string[]>("--api-server") { Description = "Address of an API server as host:port, in place of the Service's; may be given more than once." };
        var leaderElect = new Option<bool>("--leader-elect") { Description = "Act only while holding the Lease.", DefaultValueFactory = _ => true };
        var leaseNamespace = new Option<string?>("--lease-namespace") { Description = "Namespace of the Lease. Default: the operator's own." };
        var health = new Option<string>("--health-address") { Description = "Where /healthz and /readyz are served.", DefaultValueFactory = _ => "127.0.0.1:9988" };
        var metrics = new Option<string?>("--metrics-address") { Description = "A further address for /metrics, such as :9989 for port 9989 of all interfaces. Default: only where /healthz is." };
        var page = new Option<string?>("--status-page-address") { Description = "Where the read-only status page is served, as host:port. It asks nobody who they are. Default: nowhere." };
        var pageHosts = new Option<string[]>("--status-page-host") { Description = "A further host name by which browsers may ask for the status page, when a proxy with a login is before it; may be given more than once." };
        var command = new Command("operator", "Run the operator.") { kubeconfig, context, apiServers, leaderElect, leaseNamespace, health, metrics, page, pageHosts };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new OperatorOptions
            {
                Client = new ClientConfigurationOptions { KubeConfig = parsed.GetValue(kubeconfig), Context = parsed.GetValue(context), ApiServers = parsed.GetValue(apiServers) ?? [] },
                LeaderElect = parsed.GetValue(leaderElect),
                LeaseNamespace = parsed.GetValue(leaseNamespace),
                HealthAddress = parsed.GetValue(health)!,
                PodUid = environment.Variable("POD_UID"),
                NodeAgent = NodeAgentLaunch.FromEnvironment(environment.Variable),
                Helm = HelmOptions.FromEnvironment(),
                StatusPage = new StatusPageOptions { Address = parsed.GetValue(page), Hosts = parsed.GetValue(pageHosts) ?? [] },
                Telemetry = TelemetryOptions.FromEnvironment(environment.Variable, ProgramVersion.Text) with { MetricsAddress = parsed.GetValue(metrics) },
            };
            await using var app = OperatorHost.Build(options);
            await app.StartAsync(cancellationToken);
            await WaitAsync(app, cancellationToken);

            // Not cancelled by the signal that brought us here: stopping waits for helm.
            await app.StopAsync(CancellationToken.None);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task WaitAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var bySignal = cancellationToken.Register(() => stopped.TrySetResult());
        await using var byHost = app.Lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }
}
