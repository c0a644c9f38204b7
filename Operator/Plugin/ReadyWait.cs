using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Plugin.Views;

namespace NetProfile.Plugin;

/// <summary>Waiting for Ready. What ends it in vain is a <see cref="CommandException"/> that says why.</summary>
internal static class ReadyWait
{
    public static async Task<V1Alpha1NetworkProfile> RunAsync(IKubernetesClient client, string name, TimeSpan timeout, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        using var limit = timeout > TimeSpan.Zero ? new CancellationTokenSource(timeout, environment.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        V1Alpha1NetworkProfile? latest = null;
        bool IsEnough(V1Alpha1NetworkProfile profile)
        {
            latest = profile;
            return profile.Standing() is Standing.Ready or Standing.Stalled;
        }

        try
        {
            var last = await LiveStatus.FollowAsync(ProfileWatcher.WatchAsync(client, name, environment, either.Token), IsEnough, environment, either.Token)
                ?? throw new CommandException($"NetworkProfile {name} was deleted", ExitCode.No);
            return last.Standing() == Standing.Ready ? last : throw new CommandException($"NetworkProfile {name}: {last.Sentence()}", ExitCode.No);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"NetworkProfile {name} is not Ready after {Ages.Of(timeout)}: {latest?.Sentence() ?? "the API server didn't answer"}", ExitCode.No);
        }
    }
}
