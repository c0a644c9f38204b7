using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.Serialization;

namespace NetProfile.NetworkProfiles;

/// <summary>The only reading: from the informers' caches where something is watched, by request where it is read once. Writes nothing.</summary>
internal sealed class NetworkProfileGatherer(
    IKubernetesClient client,
    IHelmClient helm,
    PendingHolderProof holderProof,
    ValuesFromReader valuesFrom,
    ForeignOwnerDetector foreignOwners,
    ClusterCaches caches,
    CiliumConfigReader ciliumConfig,
    AgentInspector agents,
    PodCounter podCounter,
    NodeAgentLaunch nodeAgent,
    TimeProvider clock,
    ILogger<NetworkProfileGatherer> log)
{
    public async Task<NetworkProfileObservation> GatherAsync(V1Alpha1NetworkProfile profile, CancellationToken cancellationToken)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var ns = spec.Cilium.Namespace;
        var release = new HelmReleaseName(ns, spec.Cilium.ReleaseName);
        var namespaceExists = await client.GetAsync<V1Namespace>(new NamespacedName(null, ns), cancellationToken) is { Metadata.DeletionTimestamp: null };
        var history = await helm.GetHistoryAsync(release, cancellationToken);
        var agent = await client.GetAsync<V1DaemonSet>(new NamespacedName(ns, ComponentNames.AgentDaemonSet), cancellationToken);
        var allDaemonSets = WithFresh(caches.DaemonSets.List(), agent, ns);
        IReadOnlyList<V1Pod> pods = [.. caches.Pods.List().Where(p => p.Metadata.Namespace == ns)];
        var olderProfile = OlderThan(profile);
        var config = await ciliumConfig.ReadAsync(ns, cancellationToken);
        var reports = olderProfile is null ? await agents.InspectAsync(pods, config.Data, cancellationToken) : AgentReports.None;
        return new NetworkProfileObservation
        {
            ObservedAt = clock.GetUtcNow(),
            ProfileInForce = olderProfile,
            NamespaceExists = namespaceExists,
            History = history,
            Holder = await holderProof.JudgeAsync(history.Count == 0 ? null : history[^1], cancellationToken),
            ValuesFrom = await valuesFrom.ReadAsync(spec.Cilium, cancellationToken),
            KubernetesVersion = await KubernetesVersionAsync(cancellationToken),
            Nodes = caches.Nodes.List(),
            DaemonSets = allDaemonSets,
            CiliumDaemonSets = [.. allDaemonSets.Where(d => d.Metadata.Namespace == ns)],
            Deployments = [.. caches.Deployments.List().Where(d => d.Metadata.Namespace == ns)],
            Pods = pods,
            CiliumConfig = config.Data,
            CiliumConfigChangedAt = config.ChangedAt,
            CiliumConfigErrors = config.Errors,
            Agents = reports,
            PodCensus = olderProfile is null ? await podCounter.CountAsync(reports, config.Data, cancellationToken) : null,
            ApiServerEndpoints = await ApiServerEndpointsAsync(cancellationToken),
            ClusterPodCidrs = await ClusterPodCidrsAsync(cancellationToken),
            NodeNetworks = caches.NodeNetworks.List(),
            NodeAgent = nodeAgent,
            ForeignOwner = await foreignOwners.FindAsync(release, history.Count > 0 && HelmMark.ProfileOf(history[^1]) is not null, allDaemonSets, cancellationToken),
        };
    }

    /// <summary>
    /// The agents' DaemonSet is asked for, not taken from the cache: right after helm a cache still shows the roll before it as done.
    /// </summary>
    private static IReadOnlyCollection<V1DaemonSet> WithFresh(IReadOnlyCollection<V1DaemonSet> cached, V1DaemonSet? agent, string ns)
    {
        var others = cached.Where(d => d.Metadata.Namespace != ns || d.Metadata.Name != ComponentNames.AgentDaemonSet);
        return agent is null ? [.. others] : [.. others, agent];
    }

    /// <summary>The oldest profile is in force; of two made in the same second the one whose name sorts first.</summary>
    private string? OlderThan(V1Alpha1NetworkProfile profile)
    {
        var oldest = caches.Profiles.List()
            .Where(p => p.Metadata.DeletionTimestamp is null || p.Metadata.Uid == profile.Metadata.Uid)
            .OrderBy(p => p.Metadata.CreationTimestamp)
            .ThenBy(p => p.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return oldest is null || oldest.Metadata.Uid == profile.Metadata.Uid ? null : oldest.Metadata.Name;
    }

    private async Task<string> KubernetesVersionAsync(CancellationToken cancellationToken)
    {
        var version = await client.SendAsync(HttpMethod.Get, "/version", null, "application/json", cancellationToken);
        return ((string?)version?["gitVersion"] ?? "").TrimStart('v');
    }

    /// <summary>The Service's own endpoints are the API servers' addresses, which work without kube-proxy and without DNS.</summary>
    private async Task<IReadOnlyList<string>> ApiServerEndpointsAsync(CancellationToken cancellationToken)
    {
        var slices = await client.ListAsync<V1EndpointSlice>(new ListOptions { Namespace = "default", LabelSelector = "kubernetes.io/service-name=kubernetes" }, cancellationToken);
        return
        [
            .. slices.Items
                .SelectMany(slice => (slice.Endpoints ?? [])
                    .Where(endpoint => endpoint.Conditions?.Ready ?? true)
                    .SelectMany(endpoint => endpoint.Addresses ?? [])
                    .SelectMany(address => (slice.Ports ?? []).Where(p => p.Port is not null).Select(port => HostPort(address, port.Port!.Value))))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The pod subnets of kubeadm's own record; the nodes' CIDRs show only the part that is in use.</summary>
    private async Task<IReadOnlyList<string>> ClusterPodCidrsAsync(CancellationToken cancellationToken)
    {
        var record = await client.GetAsync<V1ConfigMap>(new NamespacedName("kube-system", "kubeadm-config"), cancellationToken);
        if (record?.Data?.GetValueOrDefault("ClusterConfiguration") is not { } text)
        {
            return [];
        }

        try
        {
            return ((string?)YamlReader.ReadObject(text)["networking"]?["podSubnet"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (YamlException e)
        {
            log.KubeadmConfigUnreadable(e.Message);
            return [];
        }
    }

    private static string HostPort(string address, int port) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
