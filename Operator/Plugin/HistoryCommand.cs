using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`history`: the release's revisions.</summary>
internal static class HistoryCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("history", "List the release's revisions, the newest first, and the last try that failed.");
        command.SetAction(async (result, cancellationToken) =>
        {
            var profile = await ProfileReader.FindAsync(cluster.Connect(result, environment), cluster.Name(result), cancellationToken);
            await environment.PrintAsync(HistoryView.Render(profile, environment.Clock.GetUtcNow()));
            return ExitCode.Success;
        });
        return command;
    }
}
