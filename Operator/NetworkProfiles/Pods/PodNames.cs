using System.Runtime.CompilerServices;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>Names of pods and of endpoints, by their metadata alone: a fraction of the objects.</summary>
internal sealed class PodNames(IKubernetesClient client)
{
    public const string Alive = "status.phase!=Succeeded,status.phase!=Failed";

    /// <returns>Of the pods that aren't on their node's network; null where the server can't select those (before 1.28).</returns>
    public async Task<IReadOnlySet<NamespacedName>?> PodsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await NamesAsync<V1Pod>($"{Alive},spec.hostNetwork=false", cancellationToken);
        }
        catch (KubernetesException e) when (e.Status.Code == 400)
        {
            return null;
        }
    }

    public async Task<IReadOnlySet<NamespacedName>> EndpointsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await NamesAsync<V2CiliumEndpoint>(null, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // The Cilium operator makes the definition; until then there is no endpoint.
            return new HashSet<NamespacedName>();
        }
    }

    private async Task<HashSet<NamespacedName>> NamesAsync<T>(string? fieldSelector, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var names = new HashSet<NamespacedName>();
        await foreach (var item in client.PagesAsync<T>(new ListOptions { FieldSelector = fieldSelector, MetadataOnly = true }, cancellationToken))
        {
            names.Add(new NamespacedName(item.Metadata.Namespace, item.Metadata.Name!));
        }

        return names;
    }
}

internal static class PagedLists
{
    /// <summary>Object by object, a page of 500 at a time.</summary>
    public static async IAsyncEnumerable<T> PagesAsync<T>(this IKubernetesClient client, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var page = options with { Limit = 500 };
        do
        {
            var got = await client.ListAsync<T>(page, cancellationToken);
            foreach (var item in got.Items)
            {
                yield return item;
            }

            page = page with { Continue = got.Metadata.Continue };
        }
        while (!string.IsNullOrEmpty(page.Continue));
    }
}
