using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`plan`: what will be done, and how much it disturbs.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("plan", "Show what will be done, step by step, and how much it disturbs.");
        command.SetAction(async (result, cancellationToken) =>
        {
            var profile = await ProfileReader.FindAsync(cluster.Connect(result, environment), cluster.Name(result), cancellationToken);
            await environment.PrintAsync(PlanView.Render(profile, environment.Clock.GetUtcNow()));
            return ExitCode.Success;
        });
        return command;
    }
}
