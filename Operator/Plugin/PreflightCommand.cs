using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`preflight`: whether the cluster is fit for the spec. Its "no" is: something stands in the way.</summary>
internal static class PreflightCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("preflight", "Show what stands in the way of the spec. Exits 0 when nothing does, 1 otherwise.");
        command.SetAction(async (result, cancellationToken) =>
        {
            var profile = await ProfileReader.FindAsync(cluster.Connect(result, environment), cluster.Name(result), cancellationToken);
            await environment.PrintAsync(PreflightView.Render(profile));
            return PreflightView.Passed(profile) ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }
}
