using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using NetProfile.Commands;
using NetProfile.Kubernetes.Client;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Transport;
using NetProfile.Processes;

namespace NetProfile.NodeAgent;

/// <summary><c>netprofile node-agent</c>: does what this node's NodeNetwork asks for, until it is stopped.</summary>
internal static class NodeAgentCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var node = new Option<string?>("--node-name") { Description = "This node's name. Default: the variable NODE_NAME." };
        var root = new Option<string>("--root") { Description = "Where the node's root folder is seen.", DefaultValueFactory = _ => "/host" };
        var apiServers = new Option<string[]>("--api-server") { Description = "Address of an API server as host:port, in place of the Service's; may be given more than once." };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "Kubeconfig file. Default: KUBECONFIG, else the pod's ServiceAccount." };
        var command = new Command("node-agent", "Run the agent of one node.") { node, root, apiServers, kubeconfig };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(node) ?? environment.Variable("NODE_NAME") ?? throw new CommandException("the node's name isn't known: set NODE_NAME or give --node-name");
            var client = environment.Connect(new ClientConfigurationOptions { KubeConfig = parsed.GetValue(kubeconfig), ApiServers = parsed.GetValue(apiServers) ?? [] });
            using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            }));
            var host = new HostFacade(new ProcessRunner(environment.Clock), parsed.GetValue(root)!, environment.Clock);
            var work = new NodeWork(host, new EndpointProbe(environment.Clock), name, environment.Clock);
            try
            {
                var service = new NodeAgentService(client, work, name, environment.Clock, loggers.CreateLogger<NodeAgentService>());
                await service.RunAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Stopped, as every agent is in the end.
            }

            return ExitCode.Success;
        });
        return command;
    }
}
