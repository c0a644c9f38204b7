using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Crds.Meta;
using NetProfile.NetworkProfiles.Backups;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>What Flannel's own configuration says while it is there.</summary>
/// <param name="PodCidrs">Both families; empty when nothing tells.</param>
/// <param name="Backend">null when nothing tells.</param>
public sealed record PreviousNetwork(IReadOnlyList<string> PodCidrs, FlannelBackend? Backend)
{
    public static readonly PreviousNetwork Unknown = new([], null);
}

/// <summary>Reads net-conf.json from the ConfigMaps that Flannel's pods mount.</summary>
internal static class PreviousNetworkReader
{
    public static async Task<PreviousNetwork> ReadAsync(IKubernetesClient client, IEnumerable<V1DaemonSet> workloads, CancellationToken cancellationToken)
    {
        foreach (var daemonSet in workloads)
        {
            foreach (var name in (daemonSet.Spec?.Template?.Spec?.Volumes ?? []).Select(v => v.ConfigMap?.Name).OfType<string>())
            {
                var map = await client.GetAsync<V1ConfigMap>(new NamespacedName(daemonSet.Metadata.Namespace, name), cancellationToken);
                if (FlannelConfig.Read(map?.Data?.GetValueOrDefault(FlannelConfig.Key)) is { PodCidrs.Count: > 0 } found)
                {
                    return new PreviousNetwork(found.PodCidrs, found.Backend);
                }
            }
        }

        return PreviousNetwork.Unknown;
    }
}
