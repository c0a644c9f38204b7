using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Informers;

namespace NetProfile.Kubernetes.Controllers;

/// <summary>Another kind whose changes put keys on a controller's queue.</summary>
internal abstract class ControllerTrigger
{
    public abstract IDisposable Register(IWorkQueue<NamespacedName> queue);

    public abstract Task WaitForSyncAsync(CancellationToken cancellationToken);
}

internal sealed class ControllerTrigger<T>(IResourceInformer<T> informer, Func<T, IEnumerable<NamespacedName>> map) : ControllerTrigger
    where T : class, IKubernetesEntity<T>
{
    public override IDisposable Register(IWorkQueue<NamespacedName> queue) => informer.Register((_, item) =>
    {
        foreach (var key in map(item))
        {
            queue.Add(key);
        }
    });

    public override Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);
}
