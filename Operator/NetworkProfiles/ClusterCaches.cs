using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Preflight;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// The caches that reconciles read, with what is kept of each object. Pods are Cilium's own only, a few for each node: an
/// informer over all pods of 5,000 nodes would be most of this program's memory.
/// </summary>
internal sealed class ClusterCaches(IInformerFactory informers)
{
    public static readonly InformerOptions<V1Alpha1NetworkProfile> ProfileOptions = new();

    public static readonly InformerOptions<V1Node> NodeOptions = new() { Transform = Slim, Unchanged = SameNode };

    public static readonly InformerOptions<V1DaemonSet> DaemonSetOptions = new();

    public static readonly InformerOptions<V1Deployment> DeploymentOptions = new() { LabelSelector = "app.kubernetes.io/part-of=cilium" };

    /// <summary>Cilium's, and while there are any those that pull its images.</summary>
    public static readonly InformerOptions<V1Pod> PodOptions = new() { LabelSelector = $"app.kubernetes.io/part-of in (cilium,{ImagePull.PartOf})" };

    public static readonly InformerOptions<V1Alpha1NodeNetwork> NodeNetworkOptions = new() { Transform = Slim };

    public ILister<V1Alpha1NetworkProfile> Profiles { get; } = informers.GetInformer(ProfileOptions).Lister;

    public ILister<V1Node> Nodes { get; } = informers.GetInformer(NodeOptions).Lister;

    public ILister<V1DaemonSet> DaemonSets { get; } = informers.GetInformer(DaemonSetOptions).Lister;

    public ILister<V1Deployment> Deployments { get; } = informers.GetInformer(DeploymentOptions).Lister;

    public ILister<V1Pod> Pods { get; } = informers.GetInformer(PodOptions).Lister;

    public ILister<V1Alpha1NodeNetwork> NodeNetworks { get; } = informers.GetInformer(NodeNetworkOptions).Lister;

    /// <summary>Facts are the bulk of it, and what was asked can be told again from the nodes.</summary>
    internal static V1Alpha1NodeNetwork Slim(V1Alpha1NodeNetwork network) => network with
    {
        Spec = network.Spec?.Inspection is null ? network.Spec : network.Spec with { Inspection = Slim(network.Spec.Inspection) },
        Status = network.Status?.Facts is null ? network.Status : network.Status with { Facts = SlimFacts.Of(network.Status.Facts) },
    };

    /// <summary>Peers and targets are as many as there are nodes.</summary>
    private static InspectionRequest Slim(InspectionRequest request) => new()
    {
        RequestedAt = request.RequestedAt,
        Probe = request.Probe is null ? null : new ProbeRequest { Round = request.Probe.Round },
    };

    /// <summary>Conditions other than Ready and NetworkUnavailable change with every heartbeat of old kubelets and are never read.</summary>
    private static V1Node Slim(V1Node node) => node with
    {
        Status = node.Status is null ? null : node.Status with
        {
            Allocatable = node.Status.Allocatable is { } allocatable && allocatable.TryGetValue("pods", out var pods) ? new Dictionary<string, Quantity> { ["pods"] = pods } : null,
            Conditions = node.Status.Conditions?.Where(c => c.Type is "Ready" or "NetworkUnavailable").ToList(),
        },
    };

    /// <summary>A heartbeat touches times only, every five minutes on every node.</summary>
    private static bool SameNode(V1Node before, V1Node after) =>
        before.Metadata.Generation == after.Metadata.Generation
        && before.Metadata.DeletionTimestamp == after.Metadata.DeletionTimestamp
        && Same(before.Metadata.Labels, after.Metadata.Labels)
        && Same(before.Metadata.Annotations, after.Metadata.Annotations)
        && before.Spec?.Unschedulable == after.Spec?.Unschedulable
        && (before.Spec?.Taints ?? []).SequenceEqual(after.Spec?.Taints ?? [])
        && (before.Spec?.PodCIDRs ?? []).SequenceEqual(after.Spec?.PodCIDRs ?? [])
        && (before.Status?.Conditions ?? []).Select(c => (c.Type, c.Status, c.Reason)).SequenceEqual((after.Status?.Conditions ?? []).Select(c => (c.Type, c.Status, c.Reason)))
        && before.Status?.NodeInfo == after.Status?.NodeInfo
        && (before.Status?.Addresses ?? []).SequenceEqual(after.Status?.Addresses ?? []);

    private static bool Same(IReadOnlyDictionary<string, string>? left, IReadOnlyDictionary<string, string>? right) =>
        (left?.Count ?? 0) == (right?.Count ?? 0) && (left ?? new Dictionary<string, string>()).All(pair => right!.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
