using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Telemetry;
using NetProfile.NetworkProfiles.Preflight;

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
    ClusterSurveyor surveyor,
    HopReader hops,
    HubbleCertificateReader certificates,
    NodeAgentLaunch nodeAgent,
    TimeProvider clock,
    ILogger<NetworkProfileGatherer> log)
{
    public async Task<NetworkProfileObservation> GatherAsync(V1Alpha1NetworkProfile profile, CancellationToken cancellationToken)
    {
        using var span = ReconcileSteps.Begin("gather");
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
        var migration = olderProfile is null ? await MigrationRecordReader.ReadAsync(client, nodeAgent.Namespace!, cancellationToken) : MigrationReading.None;
        var nodeByNode = migration.Record is { Strategy: MigrationStrategy.NodeByNode, Direction: MigrationDirection.Forward, FinishedAt: null };
        var sources = await valuesFrom.ReadAsync(spec.Cilium, cancellationToken);
        var kubeadm = await KubeadmRecord.ReadAsync(client, log, cancellationToken);
        var survey = olderProfile is null ? await surveyor.LookAsync(spec, sources.Merged(spec.Cilium.Values), isInstalled: history.Any(r => r.Status is HelmReleaseStatus.Deployed or HelmReleaseStatus.Superseded), kubeadm.ServiceSubnets, cancellationToken) : ClusterSurvey.None;
        return new NetworkProfileObservation
        {
            ObservedAt = clock.GetUtcNow(),
            ProfileInForce = olderProfile,
            NamespaceExists = namespaceExists,
            History = history,
            Holder = await holderProof.JudgeAsync(history.Count == 0 ? null : history[^1], cancellationToken),
            ValuesFrom = sources,
            Survey = survey,
            KubernetesVersion = await KubernetesVersionAsync(cancellationToken),
            Nodes = caches.Nodes.List(),
            DaemonSets = allDaemonSets,
            CiliumDaemonSets = [.. allDaemonSets.Where(d => d.Metadata.Namespace == ns)],
            Deployments = [.. caches.Deployments.List().Where(d => d.Metadata.Namespace == ns)],
            Pods = pods,
            CiliumConfig = config.Data,
            CiliumConfigChangedAt = config.ChangedAt,
            CiliumConfigChangedByHandAt = config.ChangedByHandAt,
            CiliumConfigErrors = config.Errors,
            Agents = reports,
            HubbleCertificates = olderProfile is null ? await certificates.ReadAsync(history.LastOrDefault(r => r.Status == HelmReleaseStatus.Deployed), cancellationToken) : [],
            PodCensus = olderProfile is null ? await podCounter.CountAsync(reports, config.Data, caches.Nodes.List(), UnmanagedPods.Pace(profile, spec, nodeByNode), nodeByNode, cancellationToken) : null,
            OldPodsLive = olderProfile is null && history.All(r => r.Status != HelmReleaseStatus.Deployed) && AbandonedNetwork.HasTracesOnly(allDaemonSets, caches.Nodes.List())
                && await podCounter.LiveInAsync(MigrationValues.PodCidrsOf(caches.Nodes.List()), cancellationToken),
            ApiServerEndpoints = await ApiServerEndpointsAsync(cancellationToken),
            ClusterPodCidrs = kubeadm.PodSubnets,
            NodeNetworks = nodeByNode ? await FreshAsync(cancellationToken) : caches.NodeNetworks.List(),
            NodeAgent = nodeAgent,
            Migration = migration.Record,
            MigrationProblem = migration.Problem,
            ProbedServices = migration.Record is { FinishedAt: null } ? await MigrationProbes.ServicesAsync(client, cancellationToken) : [],
            PreviousNetwork = olderProfile is null ? await PreviousNetworkReader.ReadAsync(client, PreviousCniEvidence.WorkloadsOf(allDaemonSets), cancellationToken) : PreviousNetwork.Unknown,
            Hop = olderProfile is null ? await hops.ReadAsync(spec, history, allDaemonSets, cancellationToken) : HopObservation.None,
            ForeignOwner = await foreignOwners.FindAsync(release, history.Count > 0 && HelmMark.ProfileOf(history[^1]) is not null, allDaemonSets, survey.ApiGroups, cancellationToken),
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

    /// <summary>A cache that hasn't seen yet that a node was begun would let another one begin.</summary>
    private async Task<IReadOnlyCollection<V1Alpha1NodeNetwork>> FreshAsync(CancellationToken cancellationToken) =>
        (await client.ListAllAsync<V1Alpha1NodeNetwork>(new ListOptions { Limit = 100 }, ClusterCaches.Slim, cancellationToken)).Items;

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

    private static string HostPort(string address, int port) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
