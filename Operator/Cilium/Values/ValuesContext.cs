using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Values;

/// <summary>What the values depend on beside the spec. All of it is read from the cluster; all of it may be missing (<c>netprofile values</c> has no cluster).</summary>
public sealed record ValuesContext
{
    public static ValuesContext Empty { get; } = new();

    /// <summary>null: unknown.</summary>
    public int? NodeCount { get; init; }

    /// <summary>The API servers' own addresses as host:port, tried from every node. Used where the spec names none.</summary>
    public IReadOnlyList<string> ApiServerEndpoints { get; init; } = [];

    /// <summary>What the pool or the nodes' pod CIDRs show; used where the spec names no native routing CIDR.</summary>
    public string? Ipv4NativeRoutingCIDR { get; init; }

    public string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>The overlay's UDP port where the spec leaves it open: what the running release has, or one that the old network doesn't hold. null: the default.</summary>
    public int? TunnelPort { get; init; }

    /// <summary>With Kubernetes IPAM: whether the nodes have pod CIDRs of the family. null: unknown.</summary>
    public bool? NodesHaveIpv4PodCIDRs { get; init; }

    public bool? NodesHaveIpv6PodCIDRs { get; init; }

    /// <summary>The minor that this release was first installed with, as "1.15"; null for a new release.</summary>
    public string? FirstInstalledMinor { get; init; }

    /// <summary>kubeadm, k3s, rke2, talos, gke, microk8s, … as status.platform.kind has it.</summary>
    public string? Platform { get; init; }

    /// <summary>The documents of <c>valuesFrom</c>, in order.</summary>
    public IReadOnlyList<RawValues> ValuesFrom { get; init; } = [];

    /// <summary>What holds for the time of a migration or a routing switch only, and then no more.</summary>
    public InterimValues? Interim { get; init; }

    /// <summary>A known-bad release that a person has asked for all the same.</summary>
    public string? AllowedKnownBadVersion { get; init; }
}

/// <summary>One document of raw Helm values and where it is from, as <c>ConfigMap cilium-extra, key values.yaml</c>.</summary>
public sealed record RawValues(string Source, JsonObject Values)
{
    /// <summary>What stands in a Secret is never shown: findings are read by many.</summary>
    public bool IsSecret => Source.StartsWith("Secret ", StringComparison.Ordinal);
}

/// <summary>
/// Deviations from the spec that a step of a plan needs. Each is null or false where the spec holds; together they are the values
/// of the measured ways without loss: Cilium beside Flannel, and the live switch from tunnel to native.
/// </summary>
public sealed record InterimValues
{
    /// <summary>The mode of this step, when it isn't the wanted one yet.</summary>
    public RoutingMode? RoutingMode { get; init; }

    /// <summary>The protocol of the overlay that is being left.</summary>
    public TunnelProtocol? TunnelProtocol { get; init; }

    /// <summary>Another overlay port than the old network's.</summary>
    public int? TunnelPort { get; init; }

    /// <summary>Covers both pod networks, so that neither masquerades towards the other.</summary>
    public string? Ipv4NativeRoutingCIDR { get; init; }

    public string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>Without it a new pod doesn't reach an old one on the same node.</summary>
    public bool LegacyHostRouting { get; init; }

    /// <summary>Policies know nothing of the old network's pods.</summary>
    public bool NoPolicyEnforcement { get; init; }

    /// <summary>Cilium's own watcher would delete unmanaged kube-dns pods before the datapath is verified.</summary>
    public bool UnmanagedPodWatcherOff { get; init; }

    /// <summary>The egress gateway keeps the overlay device of an agent in native mode.</summary>
    public bool KeepOverlayDevice { get; init; }

    /// <summary>Agents leave the CNI configuration alone (NodeByNode); a CiliumNodeConfig turns it on per node.</summary>
    public bool CustomCniConf { get; init; }

    /// <summary>100% for OneStroke.</summary>
    public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>The values document and all that is wrong with what it was made from. With an error among the findings it must not be used.</summary>
public sealed record ValuesResult(JsonObject Values, IReadOnlyList<Finding> Findings)
{
    public bool HasErrors => Findings.Any(f => f.Severity == FindingSeverity.Error);
}
