using System.Globalization;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>What is kept of a pod to decide when it is moved.</summary>
public sealed record WorkloadPod
{
    /// <summary>Where a cluster's DNS runs; the same label elsewhere is somebody's own.</summary>
    private const string DnsNamespace = "kube-system";

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    /// <summary>Empty while it isn't scheduled.</summary>
    public required string Node { get; init; }

    /// <summary>null: a bare pod, which nothing would make again.</summary>
    public PodOwner? Owner { get; init; }

    /// <summary>It has an address and no CiliumEndpoint, on a node whose agent is ready.</summary>
    public bool IsUnmanaged { get; init; }

    public bool IsReady { get; init; }

    public bool IsDns { get; init; }

    /// <summary>Made by a kubelet from a file; what the API has is a mirror of it.</summary>
    public bool IsStatic { get; init; }

    /// <summary>Its node's agent is ready.</summary>
    public bool IsNodeLive { get; init; }

    public DateTimeOffset Created { get; init; }

    /// <summary>When it should have been gone, grace period included; null when it isn't being deleted.</summary>
    public DateTimeOffset? GoneBy { get; init; }

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    public string FullName => $"{Namespace}/{Name}";

    /// <summary>The number at the end of a StatefulSet's pod's name; -1 where there is none.</summary>
    public int Ordinal => int.TryParse(Name.AsSpan(Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;

    public static WorkloadPod Of(V1Pod pod, bool isUnmanaged, bool isNodeLive) => new()
    {
        Namespace = pod.Metadata.Namespace ?? "",
        Name = pod.Metadata.Name ?? "",
        Uid = pod.Metadata.Uid ?? "",
        Node = pod.Spec?.NodeName ?? "",
        Owner = PodOwner.Of(pod.Metadata),
        IsUnmanaged = isUnmanaged,
        IsReady = pod.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false,
        IsDns = pod.Metadata.Namespace == DnsNamespace && pod.Metadata.Labels?.GetValueOrDefault("k8s-app") is "kube-dns" or "coredns",
        IsStatic = pod.Metadata.Annotations?.ContainsKey("kubernetes.io/config.mirror") ?? false,
        IsNodeLive = isNodeLive,
        Created = pod.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue,
        GoneBy = pod.Metadata.DeletionTimestamp,
        Finalizers = pod.Metadata.Finalizers ?? [],
    };
}
