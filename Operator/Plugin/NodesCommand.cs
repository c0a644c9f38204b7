using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`nodes`: one line a node.</summary>
internal static class NodesCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForCluster("nodes", "List the nodes: how far each is, and what is left over on it.");
        var dirty = new Option<bool>("--dirty") { Description = "Only nodes with leftovers, or with a task that failed." };
        var output = OutputOption.Create("text", "json", "yaml");
        command.Options.Add(dirty);
        command.Options.Add(output);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            if (result.GetValue(output) is { } format and not "text")
            {
                await environment.WriteObjectAsync(await ProfileReader.RawAsync(client, V1Alpha1NodeNetwork.Entity, null, cancellationToken), format);
                return ExitCode.Success;
            }

            var nodes = await ProfileReader.ListAsync<V1Alpha1NodeNetwork>(client, cancellationToken);
            var shown = result.GetValue(dirty) ? [.. nodes.Where(NeedsALook)] : nodes;
            await environment.PrintAsync(shown.Count == 0 && nodes.Count > 0 ? Parts.Plain("no such node") : NodesView.Render(shown, environment.Clock.GetUtcNow()));
            return ExitCode.Success;
        });
        return command;
    }

    private static bool NeedsALook(V1Alpha1NodeNetwork node) =>
        node.Status?.Audit == AuditState.Dirty
        || node.Status?.Migration?.State == NodeMigrationState.Failed
        || node.Status?.Results?.Any(r => r.State is NodeTaskState.Failed or NodeTaskState.Blocked) == true;
}
