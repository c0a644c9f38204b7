using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Reads a <see cref="ClusterSurvey"/>. What the cluster doesn't serve, or doesn't let the operator read, is not there.</summary>
internal sealed class ClusterSurveyor(IKubernetesClient client)
{
    private const int MostCiliumNodes = 500;

    /// <param name="spec">What is wanted, which says what has to be known.</param>
    /// <param name="raw">Raw Helm values, of the spec and of valuesFrom.</param>
    /// <param name="isInstalled">There is a release.</param>
    /// <param name="kubeadmServiceCidrs">As kubeadm has written them down.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ClusterSurvey> LookAsync(EffectiveSpec spec, JsonObject raw, bool isInstalled, IReadOnlyList<string> kubeadmServiceCidrs, CancellationToken cancellationToken)
    {
        var groups = (await ReadAsync("/apis", cancellationToken))?["groups"] is JsonArray list ? list.Select(g => (string?)g?["name"]).OfType<string>().ToList() : [];
        return new ClusterSurvey
        {
            ApiGroups = groups,
            ServiceCidrs = await ServiceCidrsAsync(kubeadmServiceCidrs, cancellationToken),
            GatewayApiResources = GatewayApiRules.IsWanted(raw) ? await GatewayApiAsync(cancellationToken) : null,
            CiliumNodes = isInstalled || !groups.Contains("cilium.io") ? [] : await CiliumNodesAsync(cancellationToken),
            IPsecKeysProblem = spec.Encryption == EncryptionType.IPsec ? await IPsecAsync(spec.Cilium.Namespace, raw, cancellationToken) : null,
            HelmCharts = isInstalled || !groups.Contains("helm.cattle.io") ? [] : [.. Items(await ReadAsync("/apis/helm.cattle.io/v1/helmcharts", cancellationToken)).Select(c => $"{(string?)c["metadata"]?["namespace"]}/{(string?)c["metadata"]?["name"]}")],
        };
    }

    /// <summary>ServiceCIDR objects where they are served (1.33, before that by a gate), else what the installer wrote, else the one Service that every cluster has.</summary>
    private async Task<IReadOnlyList<ServiceNetwork>> ServiceCidrsAsync(IReadOnlyList<string> kubeadm, CancellationToken cancellationToken)
    {
        var objects = Items(await ReadAsync("/apis/networking.k8s.io/v1/servicecidrs", cancellationToken))
            .SelectMany(item => (item["spec"]?["cidrs"] as JsonArray ?? []).Select(cidr => new ServiceNetwork((string?)cidr ?? "", $"ServiceCIDR {(string?)item["metadata"]?["name"]}")))
            .ToList();
        if (objects.Count > 0)
        {
            return objects;
        }

        if (kubeadm.Count > 0)
        {
            return [.. kubeadm.Select(cidr => new ServiceNetwork(cidr, "ConfigMap kube-system/kubeadm-config"))];
        }

        var service = await client.GetAsync<V1Service>(new NamespacedName("default", "kubernetes"), cancellationToken);
        return [.. (service?.Spec?.ClusterIPs ?? (service?.Spec?.ClusterIP is { } one ? [one] : [])).Select(ip => new ServiceNetwork($"{ip}/{(ip.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", "Service default/kubernetes"))];
    }

    private async Task<IReadOnlyList<string>> GatewayApiAsync(CancellationToken cancellationToken)
    {
        var versions = ((await ReadAsync("/apis/gateway.networking.k8s.io", cancellationToken))?["versions"] as JsonArray ?? []).Select(v => (string?)v?["groupVersion"]).OfType<string>().ToList();
        var resources = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            resources.UnionWith(((await ReadAsync($"/apis/{version}", cancellationToken))?["resources"] as JsonArray ?? []).Select(r => (string?)r?["name"]).OfType<string>());
        }

        return [.. resources];
    }

    private async Task<IReadOnlyList<LeftCiliumNode>> CiliumNodesAsync(CancellationToken cancellationToken) =>
    [
        .. Items(await ReadAsync($"/apis/cilium.io/v2/ciliumnodes?limit={MostCiliumNodes}", cancellationToken)).Select(item => new LeftCiliumNode(
            (string?)item["metadata"]?["name"] ?? "",
            [.. (item["spec"]?["ipam"]?["podCIDRs"] as JsonArray ?? []).Select(cidr => (string?)cidr).OfType<string>()])),
    ];

    private async Task<string?> IPsecAsync(string ns, JsonObject raw, CancellationToken cancellationToken)
    {
        var (name, key) = (IPsecKeys.SecretOf(raw), IPsecKeys.KeyOf(raw));
        try
        {
            var secret = await client.GetAsync<V1Secret>(new NamespacedName(ns, name), cancellationToken);
            return secret switch
            {
                null => $"Secret {ns}/{name} doesn't exist",
                { Data: { } data } when data.TryGetValue(key, out var content) => IPsecKeys.ProblemOf(content) is { } problem ? $"Secret {ns}/{name}, key {key}: {problem}" : null,
                _ => $"Secret {ns}/{name} has no key {key}",
            };
        }
        catch (KubernetesException e) when (e.IsForbidden)
        {
            return $"Secret {ns}/{name} can't be read: the operator has no right to (its chart's ciliumNamespaces)";
        }
    }

    private async Task<JsonNode?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(HttpMethod.Get, path, null, "application/json", cancellationToken);
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsNotFound)
        {
            return null;
        }
    }

    private static IEnumerable<JsonNode> Items(JsonNode? list) => (list?["items"] as JsonArray)?.OfType<JsonNode>() ?? [];
}
