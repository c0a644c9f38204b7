using System.CommandLine;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>`status`: the state in one page. Its "no" is: not Ready.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile("status", "Show how the network is. Exits 0 when it is Ready, 1 when it isn't.");
        var wait = new Option<bool>("--wait") { Description = "Wait until it is Ready (exit 0), stalled, or the timeout is over (exit 1)." };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on showing it until Ctrl-C." };
        var timeout = DurationOption.Create("--timeout", TimeSpan.FromMinutes(5), "How long --wait waits, for instance 90s or 10m; 0 for as long as it takes.");
        var output = OutputOption.Create("text", "json", "yaml");
        command.Options.Add(wait);
        command.Options.Add(watch);
        command.Options.Add(timeout);
        command.Options.Add(output);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var profile = await ProfileReader.FindAsync(client, cluster.Name(result), cancellationToken);
            var name = profile.Metadata.Name!;
            if (result.GetValue(watch))
            {
                return await WatchAsync(client, name, environment, cancellationToken);
            }

            if (result.GetValue(wait))
            {
                profile = await ReadyWait.RunAsync(client, name, result.GetValue(timeout), environment, cancellationToken);
            }

            await PrintAsync(client, profile, result.GetValue(output)!, environment, drawn: result.GetValue(wait) && environment.HasColors, cancellationToken);
            return profile.Standing() == Standing.Ready ? ExitCode.Success : ExitCode.No;
        });
        return command;
    }

    private static async Task PrintAsync(
        IKubernetesClient client, V1Alpha1NetworkProfile profile, string format, CommandEnvironment environment, bool drawn, CancellationToken cancellationToken)
    {
        if (format != "text")
        {
            await environment.WriteObjectAsync(await ProfileReader.RawAsync(client, V1Alpha1NetworkProfile.Entity, profile.Metadata.Name, cancellationToken), format);
        }
        else if (!drawn)
        {
            await environment.PrintAsync(StatusView.Render(profile, environment.Clock.GetUtcNow()));
        }
    }

    /// <summary>Ctrl-C is how it is meant to end.</summary>
    private static async Task<int> WatchAsync(IKubernetesClient client, string name, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            await LiveStatus.FollowAsync(ProfileWatcher.WatchAsync(client, name, environment, cancellationToken), _ => false, environment, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Success;
        }

        throw new CommandException($"NetworkProfile {name} was deleted", ExitCode.No);
    }
}
