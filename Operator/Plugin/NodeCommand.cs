using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`node NAME`: all that is known of one node.</summary>
internal static class NodeCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForCluster("node", "Show all that is known of one node: leftovers, tasks, links, peers.");
        var name = new Argument<string>("NODE") { Description = "The node's name." };
        var output = OutputOption.Create("text", "json", "yaml");
        command.Arguments.Add(name);
        command.Options.Add(output);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var node = await ProfileReader.NodeAsync(client, result.GetRequiredValue(name), cancellationToken);
            if (result.GetValue(output) is { } format and not "text")
            {
                await environment.WriteObjectAsync(await ProfileReader.RawAsync(client, V1Alpha1NodeNetwork.Entity, node.Metadata.Name, cancellationToken), format);
            }
            else
            {
                await environment.PrintAsync(NodeView.Render(node, environment.Clock.GetUtcNow()));
            }

            return ExitCode.Success;
        });
        return command;
    }
}
