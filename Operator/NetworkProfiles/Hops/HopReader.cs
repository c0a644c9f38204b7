using NetProfile.Cilium;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>Reads what a hop has left, and only while there may be something: a steady profile costs no request.</summary>
internal sealed class HopReader(IKubernetesClient client, IHelmClient helm, PendingHolderProof holderProof)
{
    public async Task<HopObservation> ReadAsync(EffectiveSpec spec, IReadOnlyList<HelmRelease> history, IReadOnlyCollection<V1DaemonSet> cached, CancellationToken cancellationToken)
    {
        var ns = spec.Cilium.Namespace;
        var upgrades = history.Count > 0 && history[^1].ChartVersion != spec.Cilium.Version;
        if (!upgrades && !cached.Any(d => d.Metadata.Namespace == ns && d.Metadata.Name is ImagePull.Name or PreflightValues.WorkloadName))
        {
            return HopObservation.None;
        }

        var preflight = await helm.GetHistoryAsync(CiliumPreflight.ReleaseIn(ns), cancellationToken);
        return new HopObservation
        {
            ImagePull = await client.GetAsync<V1DaemonSet>(new NamespacedName(ns, ImagePull.Name), cancellationToken),
            Preflight = preflight,
            PreflightHolder = await holderProof.JudgeAsync(preflight.Count == 0 ? null : preflight[^1], cancellationToken),
            PreflightDaemonSet = preflight.Count == 0 ? null : await client.GetAsync<V1DaemonSet>(new NamespacedName(ns, PreflightValues.WorkloadName), cancellationToken),
            PreflightDeployment = preflight.Count == 0 ? null : await client.GetAsync<V1Deployment>(new NamespacedName(ns, PreflightValues.WorkloadName), cancellationToken),
        };
    }
}
