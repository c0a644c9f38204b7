namespace NetProfile.NodeAgent.Catalogue;

/// <summary>What kind of thing an entry describes; one handler each.</summary>
public enum TraceKind
{
    File,
    Link,
    Route,
    PolicyRule,
    Chain,
    NftTable,
    Ipset,
    VirtualServer,
    Program,
    Mount,

    /// <summary>On API objects: listed here for the operator, the agent never touches them.</summary>
    Annotation,
    Taint,
}

/// <summary>The order of removal (and, backwards, of putting back).</summary>
public enum CleaningPhase
{
    /// <summary>CNI conf first: the runtime makes no new pod with the old network.</summary>
    Configuration,
    Filters,
    Sets,
    Routes,
    Programs,
    Links,
    Mounts,
    State,
    Objects,
}

/// <summary>How a route proves whose it is.</summary>
public enum RouteShape
{
    /// <summary>Through one of the entry's devices.</summary>
    ViaDevice,

    /// <summary>Into a pod network by way of a node on the same link, made by hand or by Flannel (protocol boot).</summary>
    HostGateway,

    /// <summary>A blackhole for a whole pod network.</summary>
    Blackhole,

    /// <summary>By way of a gateway and marked proto kernel: the kernel itself never makes such a route, Cilium does.</summary>
    KernelGateway,

    /// <summary>In one of the entry's own routing tables.</summary>
    InTable,
}

/// <summary>
/// One kind of trace: how to find it, how it proves whose it is, in which phase it goes. Data; see previous-network.json.
/// </summary>
/// <remarks>A list that the data doesn't have comes as null from the JSON contract, hence the setters.</remarks>
public sealed record CatalogueEntry
{
    public required string Id { get; init; }

    /// <summary>What put it there: Flannel, kube-proxy, k3s, Canal, Cilium.</summary>
    public required string Owner { get; init; }

    public required TraceKind Kind { get; init; }

    public required CleaningPhase Phase { get; init; }

    /// <summary>Paths, link names, chain names, "family table", set names, devices or annotation keys; <see cref="NamePattern"/>s.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Never these, even where a target matches.</summary>
    public IReadOnlyList<string> Except { get; init => field = value ?? []; } = [];

    /// <summary>What it does to the network that comes after it.</summary>
    public required string Because { get; init; }

    /// <summary>Where this is known from.</summary>
    public required string Source { get; init; }

    /// <summary>Files: it is ours when its content has one of these. Rules: ours when the comment has one of these.</summary>
    public IReadOnlyList<string> MustContain { get; init => field = value ?? []; } = [];

    /// <summary>Files: a folder goes with everything in it.</summary>
    public bool Tree { get; init; }

    /// <summary>Files: of a folder only the members with such names go; the folder too when that leaves it empty.</summary>
    public IReadOnlyList<string> Members { get; init => field = value ?? []; } = [];

    /// <summary>Files: the folder goes when this cleaning has emptied it; on its own it is no trace.</summary>
    public bool OnlyIfEmpty { get; init; }

    /// <summary>Files: names hold a container's id; it goes when that container is gone.</summary>
    public bool NamedAfterContainer { get; init; }

    /// <summary>Files named after a container that lives may be another network's: then they are no trace at all.</summary>
    public bool MayBeOthers { get; init; }

    /// <summary>Files: may stay until the last pod of the old network has left the node.</summary>
    public bool UsedByPods { get; init; }

    /// <summary>Links: the kind that the kernel reports (vxlan, bridge, veth, wireguard, ipip, tun, dummy).</summary>
    public IReadOnlyList<string> LinkKinds { get; init => field = value ?? []; } = [];

    /// <summary>Links: the number behind the last dot is the VNI.</summary>
    public bool VniInName { get; init; }

    /// <summary>Links: a bridge goes with its ports.</summary>
    public bool WithPorts { get; init; }

    /// <summary>Links: a pod's end; goes only when its pod is gone.</summary>
    public bool PodLink { get; init; }

    public RouteShape? RouteShape { get; init; }

    /// <summary>Policy rules: the routing tables; routes of shape InTable likewise.</summary>
    public IReadOnlyList<string> Tables { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Chains: rules in builtin chains that are ours without a chain of their own, as iptables-save prints them behind -A;
    /// <c>{net}</c> is a pod network.
    /// </summary>
    public IReadOnlyList<string> Rules { get; init => field = value ?? []; } = [];

    /// <summary>Chains: rules anywhere whose comment starts so are ours too.</summary>
    public IReadOnlyList<string> RuleComments { get; init => field = value ?? []; } = [];

    /// <summary>Chains: the chain goes only when nothing is left in it.</summary>
    public bool OnlyWhenEmpty { get; init; }

    /// <summary>Chains: rules whose comment names a container go when that container is gone, with the chains they jump to.</summary>
    public bool PerContainer { get; init; }

    /// <summary>nftables: the chains that the table must have, at least one of them, and no others.</summary>
    public IReadOnlyList<string> TableChains { get; init => field = value ?? []; } = [];
}
