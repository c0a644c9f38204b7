using System.Text.Json.Serialization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record NetworkProfileStatus
{
    /// <summary>The generation of spec that this status was computed from.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>A word for people; machines read conditions.</summary>
    public NetworkProfilePhase? Phase { get; init; }

    /// <summary>What is true of the network now. Ready sums the others up.</summary>
    [Schema(ListType = ListType.Map, ListMapKeys = ["type"])]
    public IReadOnlyList<V1Condition>? Conditions { get; init; }

    /// <summary>The value of the netprofile.io/requestedAt annotation that was handled last.</summary>
    public string? LastHandledRequestedAt { get; init; }

    /// <summary>The value of the netprofile.io/action annotation that was handled last, with its requestedAt.</summary>
    public ActionStatus? LastHandledAction { get; init; }

    /// <summary>What is being done, or will be once approved.</summary>
    public PlanStatus? Plan { get; init; }

    /// <summary>What stands in the way, and what deserves a look.</summary>
    public PreflightStatus? Preflight { get; init; }

    /// <summary>The Helm release as it is.</summary>
    public CiliumStatus? Cilium { get; init; }

    /// <summary>Settings that spec left open, as detected or defaulted.</summary>
    public EffectiveStatus? Effective { get; init; }

    /// <summary>What kind of cluster this is.</summary>
    public PlatformStatus? Platform { get; init; }

    /// <summary>How many nodes are where, and the notable ones by name.</summary>
    public NodesStatus? Nodes { get; init; }

    /// <summary>Features as wanted and as the agents report them: the lines of `cilium status`.</summary>
    [Schema(ListType = ListType.Map, ListMapKeys = ["name"])]
    public IReadOnlyList<FeatureStatus>? Features { get; init; }

    /// <summary>Pods of another network that are to be restarted.</summary>
    public PodsStatus? Pods { get; init; }

    /// <summary>Where the previous network's manifests and node state are kept.</summary>
    public BackupStatus? Backup { get; init; }
}

public sealed record ActionStatus
{
    /// <summary>The action's name: retry, rollback, continue or restore.</summary>
    public string? Action { get; init; }

    /// <summary>The requestedAt annotation that came with it, when there was one.</summary>
    public string? RequestedAt { get; init; }

    /// <summary>What came of it.</summary>
    public string? Outcome { get; init; }
}

public sealed record EffectiveStatus
{
    /// <summary>The routing mode in use.</summary>
    public RoutingMode? RoutingMode { get; init; }

    /// <summary>The IPv4 native routing CIDR in use.</summary>
    public string? Ipv4NativeRoutingCIDR { get; init; }

    /// <summary>The IPv6 native routing CIDR in use.</summary>
    public string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>The IPv4 pod CIDRs in use, at most 16.</summary>
    public IReadOnlyList<string>? Ipv4PodCIDRs { get; init; }

    /// <summary>The IPv6 pod CIDRs in use, at most 16.</summary>
    public IReadOnlyList<string>? Ipv6PodCIDRs { get; init; }

    /// <summary>The API server addresses that agents are given.</summary>
    public IReadOnlyList<string>? ApiServerEndpoints { get; init; }

    /// <summary>The UDP port of the overlay, in Tunnel mode.</summary>
    public int? TunnelPort { get; init; }

    /// <summary>The MTU that agents detected, when all report the same.</summary>
    public int? Mtu { get; init; }

    /// <summary>The CNI plugin that was found to be the previous one.</summary>
    public PreviousCniKind? PreviousCNI { get; init; }
}

public sealed record PlatformStatus
{
    /// <summary>What runs the cluster, for instance kubeadm, k3s, rke2, kind, EKS.</summary>
    public string? Kind { get; init; }

    /// <summary>The API server's version.</summary>
    public string? KubernetesVersion { get; init; }

    /// <summary>How that was told.</summary>
    public string? Evidence { get; init; }
}

public sealed record NodesStatus
{
    /// <summary>All nodes of the cluster.</summary>
    public int? Total { get; init; }

    /// <summary>Ready nodes of all nodes, for instance 3/3.</summary>
    public string? Summary { get; init; }

    /// <summary>Nodes whose agent is Ready with the wanted configuration.</summary>
    public int? Ready { get; init; }

    /// <summary>Nodes on which every pod is managed by Cilium.</summary>
    public int? Migrated { get; init; }

    /// <summary>Nodes on which an audit found nothing of the previous network.</summary>
    public int? Clean { get; init; }

    /// <summary>Nodes on which an audit found something of the previous network.</summary>
    public int? Dirty { get; init; }

    /// <summary>Nodes on which a task failed.</summary>
    public int? Failed { get; init; }

    /// <summary>Nodes that nothing was heard of.</summary>
    public int? Unreachable { get; init; }

    /// <summary>Nodes that are left out: virtual ones, those on the way out, those with the skip label.</summary>
    public int? Skipped { get; init; }

    /// <summary>At most 20 nodes that need attention, the worst first.</summary>
    public IReadOnlyList<NotableNode>? Notable { get; init; }

    /// <summary>How many nodes' agents run which version.</summary>
    public IReadOnlyList<VersionCount>? Versions { get; init; }
}

public sealed record NotableNode
{
    /// <summary>The node's name.</summary>
    public string? Name { get; init; }

    /// <summary>Its state in one word.</summary>
    public string? State { get; init; }

    /// <summary>What is the matter.</summary>
    public string? Message { get; init; }
}

public sealed record VersionCount
{
    /// <summary>A Cilium version.</summary>
    public string? Version { get; init; }

    /// <summary>The number of nodes whose agent runs it.</summary>
    public int? Nodes { get; init; }
}

public sealed record FeatureStatus
{
    /// <summary>The feature, for instance KubeProxyReplacement.</summary>
    [Schema(Required = true)]
    public string? Name { get; init; }

    /// <summary>What spec asks for; left out where spec has no word for it.</summary>
    public string? Wanted { get; init; }

    /// <summary>What agents report; several values when they differ.</summary>
    public string? Reported { get; init; }

    /// <summary>The number of nodes that report what is wanted or, where nothing is, what is configured.</summary>
    public int? NodesReporting { get; init; }

    /// <summary>The number of nodes that report the feature at all.</summary>
    public int? NodesTotal { get; init; }

    /// <summary>Nodes that report something else than what is wanted, at most 20.</summary>
    public IReadOnlyList<string>? NodesDeviating { get; init; }
}

public sealed record BackupStatus
{
    /// <summary>The Secret, as namespace/name, with the manifests of the previous network.</summary>
    public string? Secret { get; init; }

    /// <summary>When it was taken.</summary>
    [JsonConverter(typeof(Rfc3339Converter))]
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>The objects in it, as Kind/namespace/name, at most 50.</summary>
    public IReadOnlyList<string>? Objects { get; init; }

    /// <summary>The number of nodes that hold a backup of their own state.</summary>
    public int? Nodes { get; init; }
}
