using System.Runtime.CompilerServices;
using NetProfile.Commands;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin;

/// <summary>One NetworkProfile, now and at every change, over broken connections and restarts of the API server. null: it was deleted.</summary>
internal static class ProfileWatcher
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    public static async IAsyncEnumerable<V1Alpha1NetworkProfile?> WatchAsync(
        IKubernetesClient client, string name, CommandEnvironment environment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (answered, profile) = await TryGetAsync(client, name, cancellationToken);
            if (answered)
            {
                yield return profile;
                if (profile is null)
                {
                    yield break;
                }

                var options = new WatchOptions { ResourceVersion = profile.Metadata.ResourceVersion ?? "", FieldSelector = $"metadata.name={name}" };
                await using var events = client.WatchAsync<V1Alpha1NetworkProfile>(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await TryMoveNextAsync(events))
                {
                    var (type, current) = (events.Current.Type, events.Current.Object);
                    if (type == WatchEventType.Deleted)
                    {
                        yield return null;
                        yield break;
                    }

                    if (type is WatchEventType.Added or WatchEventType.Modified)
                    {
                        yield return current;
                    }
                }
            }

            await Task.Delay(s_pause, environment.Clock, cancellationToken);
        }
    }

    private static async Task<(bool Answered, V1Alpha1NetworkProfile? Profile)> TryGetAsync(IKubernetesClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await client.GetAsync<V1Alpha1NetworkProfile>(new NamespacedName(null, name), cancellationToken));
        }
        catch (KubernetesException e) when (Passes(e))
        {
            return (false, null);
        }
    }

    private static async Task<bool> TryMoveNextAsync(IAsyncEnumerator<WatchEvent<V1Alpha1NetworkProfile>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (KubernetesException e) when (e.IsGone || Passes(e))
        {
            return false;
        }
    }

    /// <summary>The network is what is being replaced: an API server that is away for a while is nothing to give up for.</summary>
    private static bool Passes(KubernetesException e) => e.IsUnreachable || e.IsTooManyRequests || e.Status.Code == 500;
}
