namespace NetProfile.Crds.NetworkProfiles;

public sealed record RoutingSpec
{
    /// <summary>Tunnel wraps packets between nodes; Native leaves them as they are and needs routes to every node's pods.</summary>
    public RoutingMode? Mode { get; init; }

    /// <summary>How packets are wrapped. Not with Native.</summary>
    public TunnelProtocol? TunnelProtocol { get; init; }

    /// <summary>The UDP port of the overlay. Default: 8472 for VXLAN, 6081 for Geneve. Not with Native.</summary>
    public int? TunnelPort { get; init; }

    /// <summary>Whether each agent installs routes to its peers; they have to share one L2 network. Only with Native. Default: true with Native, unless bgpControlPlane is on.</summary>
    public bool? AutoDirectNodeRoutes { get; init; }

    /// <summary>Leaves out direct routes to nodes that aren't on the same L2 network, instead of failing. Needs autoDirectNodeRoutes.</summary>
    public bool? DirectRoutingSkipUnreachable { get; init; }

    /// <summary>The IPv4 network in which packets are routed without masquerading. Default: the pool, or what the nodes' pod CIDRs show; the one in use is in status.</summary>
    public string? Ipv4NativeRoutingCIDR { get; init; }

    /// <summary>The IPv6 network in which packets are routed without masquerading. Default: the pool, or what the nodes' pod CIDRs show; the one in use is in status.</summary>
    public string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>The MTU of the underlying network; 0 lets the agents find out.</summary>
    public int? Mtu { get; init; }
}

public sealed record IpamSpec
{
    /// <summary>ClusterPool takes pod addresses from the CIDRs given here; Kubernetes takes them from each Node's podCIDRs.</summary>
    public IpamMode? Mode { get; init; }

    /// <summary>IPv4 networks that the nodes' pod CIDRs are taken from, with ClusterPool. Default: 10.0.0.0/8 when no pool of either family is given.</summary>
    public IReadOnlyList<string>? Ipv4PodCIDRs { get; init; }

    /// <summary>Prefix length of one node's IPv4 pod CIDR.</summary>
    public int? Ipv4MaskSize { get; init; }

    /// <summary>IPv6 networks that the nodes' pod CIDRs are taken from, with ClusterPool. Empty: no IPv6.</summary>
    public IReadOnlyList<string>? Ipv6PodCIDRs { get; init; }

    /// <summary>Prefix length of one node's IPv6 pod CIDR.</summary>
    public int? Ipv6MaskSize { get; init; }
}
