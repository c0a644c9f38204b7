using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Plugin.Diffs;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`plan`: what will be done, and how much it disturbs.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("plan", "Show what will be done, step by step, and how much it disturbs; also without an operator.");
        var diff = new Option<bool>("--diff") { Description = "Show, object by object, what the release would become: its manifest against what helm renders of the profile. Never the content of Secrets. Needs helm." };
        command.Options.Add(diff);
        var source = ProfileSource.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var (profile, isSound) = await source.ReadAsync(result, client, cluster.Name(result), environment, cancellationToken);
            await environment.PrintAsync(PlanView.Render(profile, environment.Clock.GetUtcNow()));
            if (result.GetValue(diff))
            {
                await environment.Output.WriteLineAsync();
                await environment.Output.WriteAsync(await ReleaseDiff.OfAsync(client, profile, environment, cancellationToken));
            }

            return isSound ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }
}
