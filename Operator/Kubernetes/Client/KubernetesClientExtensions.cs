using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

public static class KubernetesClientExtensions
{
    /// <summary>
    /// All pages as one list. When the server has forgotten the token of a page (410), the whole is asked for again in one piece,
    /// as client-go does: half of an old list and half of a new one would be neither.
    /// </summary>
    public static Task<KubernetesList<T>> ListAllAsync<T>(this IKubernetesClient client, ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => client.ListAllAsync<T>(options, null, cancellationToken);

    /// <param name="client">The client.</param>
    /// <param name="options">As for one page; 500 objects each unless a limit is given.</param>
    /// <param name="transform">Applied page by page, so that the whole of a large list is never in memory.</param>
    /// <param name="cancellationToken">Ends it between or within pages.</param>
    public static async Task<KubernetesList<T>> ListAllAsync<T>(this IKubernetesClient client, ListOptions options, Func<T, T>? transform, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var items = new List<T>();
        var unreadable = new List<UnreadableObject>();
        var page = options with { Limit = options.Limit ?? 500, Continue = null };
        while (true)
        {
            KubernetesList<T> got;
            try
            {
                got = await client.ListAsync<T>(page, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsGone && page.Continue is not null)
            {
                items.Clear();
                unreadable.Clear();
                page = options with { Limit = null, Continue = null, ResourceVersion = null, ResourceVersionMatch = null };
                continue;
            }

            items.AddRange(transform is null ? got.Items : got.Items.Select(transform));
            unreadable.AddRange(got.Unreadable);
            if (string.IsNullOrEmpty(got.Metadata.Continue))
            {
                return new KubernetesList<T> { Metadata = got.Metadata, Items = items, Unreadable = unreadable };
            }

            page = page with { Continue = got.Metadata.Continue };
        }
    }
}
