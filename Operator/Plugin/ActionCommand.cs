using System.CommandLine;
using System.Globalization;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin;

/// <summary>`retry`, `rollback`, `continue` and `restore`: what a person decides after a failure. One annotation each, with a time that makes it count once.</summary>
internal static class ActionCommand
{
    public static IEnumerable<Command> CreateAll(CommandEnvironment environment) =>
    [
        Create(NetworkProfileNames.Actions.Retry, "Try the failed step again, now.", environment),
        Create(NetworkProfileNames.Actions.Rollback, "Go back to the release's last good revision.", environment),
        Create(NetworkProfileNames.Actions.Continue, "Go on with the rollout, past what failed.", environment),
        Create(NetworkProfileNames.Actions.Restore, "Bring the previous network back from its backup.", environment),
    ];

    private static Command Create(string action, string description, CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile(action, description);
        var wait = new Option<bool>("--wait") { Description = "Wait until the operator has taken it up, and show what came of it." };
        var timeout = DurationOption.Create("--timeout", TimeSpan.FromMinutes(5), "How long --wait waits; 0 for as long as it takes.");
        command.Options.Add(wait);
        command.Options.Add(timeout);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var profile = await ProfileReader.FindAsync(client, cluster.Name(result), cancellationToken);
            var name = profile.Metadata.Name!;
            var requestedAt = environment.Clock.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
            await ProfilePatch.AnnotateAsync(
                client, name, [(NetworkProfileNames.ActionAnnotation, action), (NetworkProfileNames.RequestedAtAnnotation, requestedAt)], cancellationToken);
            if (result.GetValue(wait))
            {
                return await WaitAsync(client, name, action, requestedAt, result.GetValue(timeout), environment, cancellationToken);
            }

            await environment.Output.WriteLineAsync($"networkprofile/{name}: {action} requested; follow it with `kubectl netprofile status --watch`");
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<int> WaitAsync(
        IKubernetesClient client, string name, string action, string requestedAt, TimeSpan timeout, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        using var limit = timeout > TimeSpan.Zero ? new CancellationTokenSource(timeout, environment.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var profile in ProfileWatcher.WatchAsync(client, name, environment, either.Token))
            {
                if (profile?.Status?.LastHandledAction is { } handled && handled.RequestedAt == requestedAt)
                {
                    await environment.Output.WriteLineAsync($"networkprofile/{name}: {action}: {handled.Outcome ?? "taken up"}");
                    return ExitCode.Success;
                }
            }

            throw new CommandException($"NetworkProfile {name} was deleted", ExitCode.No);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"{action} of NetworkProfile {name} was requested, but no operator has taken it up yet: see whether the operator runs", ExitCode.No);
        }
    }
}
