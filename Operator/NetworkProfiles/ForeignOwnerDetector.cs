using System.Text.Json.Nodes;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// Finds another controller that would fight over the release: Flux (its labels on rendered objects, or a HelmRelease that
/// names the release), Argo CD (its tracking annotation), and the helm-controller of k3s and rke2 (a HelmChart).
/// </summary>
internal sealed class ForeignOwnerDetector(IKubernetesClient client)
{
    /// <summary>Newest first: a cluster serves at least one of them when Flux is installed.</summary>
    private static readonly string[] s_fluxVersions = ["v2", "v2beta2", "v2beta1"];

    /// <param name="release">The release.</param>
    /// <param name="isOurs">The newest revision was made by this operator: marks of an earlier owner that are still on the objects don't count.</param>
    /// <param name="daemonSets">All of the cluster's.</param>
    /// <param name="groups">API groups that are served; empty when nobody knows, and then all are asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Which object owns the release and how to end that, or null.</returns>
    public async Task<string?> FindAsync(HelmReleaseName release, bool isOurs, IReadOnlyCollection<V1DaemonSet> daemonSets, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var agent = daemonSets.FirstOrDefault(d => d.Metadata.Namespace == release.Namespace && d.Metadata.Name == "cilium");
        return (isOurs ? null : ByMarks(agent))
            ?? (IsServed("helm.toolkit.fluxcd.io") ? await ByFluxAsync(release, cancellationToken) : null)
            ?? (IsServed("helm.cattle.io") ? await ByHelmControllerAsync(release, cancellationToken) : null);

        bool IsServed(string group) => groups.Count == 0 || groups.Contains(group, StringComparer.Ordinal);
    }

    private static string? ByMarks(V1DaemonSet? agent)
    {
        var labels = agent?.Metadata.Labels;
        var annotations = agent?.Metadata.Annotations;
        if (labels?.GetValueOrDefault("helm.toolkit.fluxcd.io/name") is { } helmRelease)
        {
            return Flux(labels.GetValueOrDefault("helm.toolkit.fluxcd.io/namespace"), helmRelease);
        }

        if (labels?.GetValueOrDefault("kustomize.toolkit.fluxcd.io/name") is { } kustomization)
        {
            return $"Flux Kustomization {labels.GetValueOrDefault("kustomize.toolkit.fluxcd.io/namespace")}/{kustomization} applies DaemonSet cilium: take Cilium's manifests out of it first";
        }

        return annotations?.GetValueOrDefault("argocd.argoproj.io/tracking-id") is { } tracking
            ? $"Argo CD Application {tracking.Split(':')[0]} applies DaemonSet cilium: take Cilium's chart out of that Application first, without pruning"
            : null;
    }

    private static string Flux(string? ns, string name) =>
        $"Flux HelmRelease {ns}/{name} owns it: suspend it and remove it from Flux first (flux suspend helmrelease {name} -n {ns}; then delete it with spec.suspend set, which leaves the release)";

    private async Task<string?> ByFluxAsync(HelmReleaseName release, CancellationToken cancellationToken)
    {
        foreach (var version in s_fluxVersions)
        {
            if (await ListAsync($"/apis/helm.toolkit.fluxcd.io/{version}/helmreleases", cancellationToken) is not { } items)
            {
                continue;
            }

            var owner = items.FirstOrDefault(item =>
            {
                var ns = (string?)item["metadata"]?["namespace"];
                var target = (string?)item["spec"]?["targetNamespace"];
                var name = (string?)item["spec"]?["releaseName"] ?? (target is null ? "" : target + "-") + (string?)item["metadata"]?["name"];
                return name == release.Name && (target ?? ns) == release.Namespace;
            });
            return owner is null ? null : Flux((string?)owner["metadata"]?["namespace"], (string)owner["metadata"]!["name"]!);
        }

        return null;
    }

    private async Task<string?> ByHelmControllerAsync(HelmReleaseName release, CancellationToken cancellationToken)
    {
        var owner = (await ListAsync("/apis/helm.cattle.io/v1/helmcharts", cancellationToken))?.FirstOrDefault(item =>
        {
            var name = (string?)item["metadata"]?["name"];
            var target = (string?)item["spec"]?["targetNamespace"] ?? (string?)item["metadata"]?["namespace"];
            return name is "rke2-cilium" || (name == release.Name && target == release.Namespace);
        });
        return owner is null
            ? null
            : $"HelmChart {(string?)owner["metadata"]?["namespace"]}/{(string?)owner["metadata"]?["name"]} installs Cilium: on rke2 set 'cni: none' in /etc/rancher/rke2/config.yaml on every server and restart rke2-server; on k3s delete that HelmChart";
    }

    /// <returns>null when the cluster does not serve the kind, or does not let the operator list it.</returns>
    private async Task<IReadOnlyList<JsonNode>?> ListAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.SendAsync(HttpMethod.Get, path, null, "application/json", cancellationToken);
            return (list?["items"] as JsonArray)?.OfType<JsonNode>().ToList();
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return null;
        }
    }
}
