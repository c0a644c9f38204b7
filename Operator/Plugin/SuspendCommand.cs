using System.CommandLine;
using NetProfile.Commands;

namespace NetProfile.Plugin;

/// <summary>`suspend` and `resume`: the user's own change of spec.suspend.</summary>
internal static class SuspendCommand
{
    public static Command Create(CommandEnvironment environment) =>
        Create("suspend", "Stop all acting on the cluster; conditions are still reported.", suspend: true, environment);

    public static Command CreateResume(CommandEnvironment environment) =>
        Create("resume", "Let the operator act again.", suspend: false, environment);

    private static Command Create(string verb, string description, bool suspend, CommandEnvironment environment)
    {
        var (command, cluster) = ClusterOptions.ForProfile(verb, description);
        command.SetAction(async (result, cancellationToken) =>
        {
            var client = cluster.Connect(result, environment);
            var profile = await ProfileReader.FindAsync(client, cluster.Name(result), cancellationToken);
            var name = profile.Metadata.Name!;
            var already = (profile.Spec?.Suspend ?? false) == suspend;
            if (!already)
            {
                await ProfilePatch.SuspendAsync(client, name, suspend, cancellationToken);
                if (GitOpsHint.Of(profile) is { } hint)
                {
                    await environment.Error.WriteLineAsync($"warning: {hint}");
                }
            }

            await environment.Output.WriteLineAsync($"networkprofile/{name} {(already ? "was already " : "")}{(suspend ? "suspended" : "resumed")}");
            return ExitCode.Success;
        });
        return command;
    }
}
