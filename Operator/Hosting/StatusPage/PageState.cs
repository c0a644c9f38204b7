using System.Text.Json;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Informers;
using NetProfile.NetworkProfiles;

namespace NetProfile.Hosting.StatusPage;

/// <summary>The document, made of the operator's caches when somebody looks: no request goes to the API server for it.</summary>
internal sealed class PageState(ClusterCaches caches, IInformerFactory informers, TimeProvider clock)
{
    public byte[] Document()
    {
        var profiles = caches.Profiles.List().OrderBy(p => p.Metadata.CreationTimestamp).ThenBy(p => p.Metadata.Name, StringComparer.Ordinal).ToList();
        var inForce = profiles.FirstOrDefault(p => p.Status?.Nodes is not null)?.Status;
        return JsonSerializer.SerializeToUtf8Bytes(
            new PageDocument { Profiles = [.. profiles.Select(Card)], Nodes = NodeViews.Of(caches.Nodes.List(), caches.Pods.List(), caches.NodeNetworks.List(), inForce, clock.GetUtcNow()) },
            PageJsonContext.Default.PageDocument);
    }

    /// <summary>Calls back whenever something that the document is made of has changed.</summary>
    public IReadOnlyList<IDisposable> Watch(Action changed) =>
    [
        informers.GetInformer(ClusterCaches.ProfileOptions).Register((_, _) => changed()),
        informers.GetInformer(ClusterCaches.NodeOptions).Register((_, _) => changed()),
        informers.GetInformer(ClusterCaches.PodOptions).Register((_, _) => changed()),
        informers.GetInformer(ClusterCaches.NodeNetworkOptions).Register((_, _) => changed()),
    ];

    private static ProfileCard Card(V1Alpha1NetworkProfile profile) => new()
    {
        Name = profile.Metadata.Name!,
        Version = profile.Spec?.Cilium?.Version ?? "",
        Mode = NetworkProfileDefaults.Resolve(profile.Spec).Routing.Mode.ToString(),
        Suspended = profile.Spec?.Suspend ?? false,
        Status = profile.Status ?? new NetworkProfileStatus(),
    };
}
