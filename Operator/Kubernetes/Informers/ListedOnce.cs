using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Kubernetes.Informers;

/// <summary>Caches that are filled once and follow nothing, for a program that looks once and ends. A kind that the server doesn't know has no objects.</summary>
public sealed class ListedOnce(IKubernetesClient client, TimeProvider clock, ILoggerFactory loggers) : IInformerFactory
{
    private readonly List<Func<CancellationToken, Task>> _lists = [];

    public IResourceInformer<T> GetInformer<T>(InformerOptions<T> options)
        where T : class, IKubernetesEntity<T>
    {
        var informer = new ResourceInformer<T>(client, options, clock, loggers.CreateLogger<ResourceInformer<T>>());
        _lists.Add(async cancellationToken => ((IWatchSink<T>)informer).Replace(await ListAsync(options, cancellationToken)));
        return informer;
    }

    /// <summary>Fills all caches that there are by now.</summary>
    public Task FillAsync(CancellationToken cancellationToken) => Task.WhenAll(_lists.Select(list => list(cancellationToken)));

    private async Task<KubernetesList<T>> ListAsync<T>(InformerOptions<T> options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var selection = new ListOptions { Namespace = options.Namespace, LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector, Limit = options.PageSize };
        try
        {
            return await client.ListAllAsync(selection, options.Transform, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return new KubernetesList<T> { Metadata = new V1ListMeta(), Items = [] };
        }
    }
}
