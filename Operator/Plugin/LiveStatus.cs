using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Plugin.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin;

/// <summary>A profile followed until it is as wanted: redrawn in place on a terminal, a line for every news elsewhere.</summary>
internal static class LiveStatus
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromSeconds(1);

    /// <returns>The last state seen; null when the profile was deleted.</returns>
    public static Task<V1Alpha1NetworkProfile?> FollowAsync(
        IAsyncEnumerable<V1Alpha1NetworkProfile?> profiles, Func<V1Alpha1NetworkProfile, bool> isEnough, CommandEnvironment environment, CancellationToken cancellationToken) =>
        environment.HasColors ? DrawAsync(profiles, isEnough, environment, cancellationToken) : TellAsync(profiles, isEnough, environment, cancellationToken);

    private static async Task<V1Alpha1NetworkProfile?> TellAsync(
        IAsyncEnumerable<V1Alpha1NetworkProfile?> profiles, Func<V1Alpha1NetworkProfile, bool> isEnough, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        var told = "";
        await foreach (var profile in profiles.WithCancellation(cancellationToken))
        {
            if (profile is null)
            {
                return null;
            }

            var news = $"{profile.Metadata.Name}: {profile.Sentence()}";
            if (news != told)
            {
                await environment.Error.WriteLineAsync(FormattableString.Invariant($"{environment.Clock.GetUtcNow():HH:mm:ss} {news}"));
                told = news;
            }

            if (isEnough(profile))
            {
                return profile;
            }
        }

        return null;
    }

    private static async Task<V1Alpha1NetworkProfile?> DrawAsync(
        IAsyncEnumerable<V1Alpha1NetworkProfile?> profiles, Func<V1Alpha1NetworkProfile, bool> isEnough, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        V1Alpha1NetworkProfile? latest = null;
        IRenderable View() => latest is null ? Text.Empty : StatusView.Render(latest, environment.Clock.GetUtcNow());
        await Screen.Live(environment).Live(View()).Overflow(VerticalOverflow.Ellipsis).StartAsync(async context =>
        {
            await using var enumerator = profiles.GetAsyncEnumerator(cancellationToken);
            using var timer = new PeriodicTimer(s_redraw, environment.Clock);
            var next = enumerator.MoveNextAsync().AsTask();
            var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            try
            {
                while (true)
                {
                    if (await Task.WhenAny(next, tick) == tick)
                    {
                        await tick;
                        tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                    }
                    else if (await next && (latest = enumerator.Current) is not null)
                    {
                        if (isEnough(latest))
                        {
                            break;
                        }

                        next = enumerator.MoveNextAsync().AsTask();
                    }
                    else
                    {
                        latest = null;
                        break;
                    }

                    context.UpdateTarget(View());
                }

                context.UpdateTarget(View());
            }
            finally
            {
                // An enumerator must not be disposed of while it moves.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        return latest;
    }
}
