using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`preflight`: whether the cluster is fit for the spec. Its "no" is: something stands in the way.</summary>
internal static class PreflightCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("preflight", "Show what stands in the way of the spec, and what deserves a look; also without an operator. Exits 0 when nothing stands in the way, 1 otherwise.");
        var output = OutputOption.Create("text", "json", "yaml");
        command.Options.Add(output);
        var source = ProfileSource.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var (profile, isSound) = await source.ReadAsync(result, cluster.Connect(result, environment), cluster.Name(result), environment, cancellationToken);
            var format = result.GetValue(output)!;
            await (format == "text" ? environment.PrintAsync(PreflightView.Render(profile)) : environment.WriteObjectAsync(PreflightView.Json(profile), format));
            return isSound && PreflightView.Passed(profile) ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }
}
