using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

[Cel(
    "!has(self.autoDirectNodeRoutes) || !self.autoDirectNodeRoutes || (has(self.mode) && self.mode == 'Native')",
    "spec.routing.autoDirectNodeRoutes is only for mode Native: in a tunnel agents refuse to start with it; remove it or set the mode to Native")]
[Cel(
    "!has(self.directRoutingSkipUnreachable) || !self.directRoutingSkipUnreachable || (has(self.autoDirectNodeRoutes) && self.autoDirectNodeRoutes)",
    "spec.routing.directRoutingSkipUnreachable needs spec.routing.autoDirectNodeRoutes: set that to true or remove this")]
[Cel(
    "!has(self.tunnelProtocol) || !has(self.mode) || self.mode != 'Native'",
    "spec.routing.tunnelProtocol has no meaning with mode Native: remove it or set the mode to Tunnel")]
[Cel(
    "!has(self.tunnelPort) || !has(self.mode) || self.mode != 'Native'",
    "spec.routing.tunnelPort has no meaning with mode Native: remove it or set the mode to Tunnel")]
public sealed record RoutingSpec
{
    /// <summary>Tunnel wraps packets between nodes; Native leaves them as they are and needs routes to every node's pods.</summary>
    [Schema(DefaultJson = "\"Tunnel\"")]
    public RoutingMode? Mode { get; init; }

    /// <summary>How packets are wrapped. Not with Native.</summary>
    [Schema(AssumedJson = "\"VXLAN\"")]
    public TunnelProtocol? TunnelProtocol { get; init; }

    /// <summary>The UDP port of the overlay. Default: 8472 for VXLAN, 6081 for Geneve. Not with Native.</summary>
    [Schema(Minimum = 1, Maximum = 65535)]
    public int? TunnelPort { get; init; }

    /// <summary>Whether each agent installs routes to its peers; they have to share one L2 network. Only with Native. Default: true with Native, unless bgpControlPlane is on.</summary>
    public bool? AutoDirectNodeRoutes { get; init; }

    /// <summary>Leaves out direct routes to nodes that aren't on the same L2 network, instead of failing. Needs autoDirectNodeRoutes.</summary>
    [Schema(AssumedJson = "false")]
    public bool? DirectRoutingSkipUnreachable { get; init; }

    /// <summary>The IPv4 network in which packets are routed without masquerading. Default: the pool, or what the nodes' pod CIDRs show; the one in use is in status.</summary>
    [Schema(Pattern = Patterns.Ipv4Cidr, Format = "cidr", MaxLength = 18)]
    public string? Ipv4NativeRoutingCIDR { get; init; }

    /// <summary>The IPv6 network in which packets are routed without masquerading. Default: the pool, or what the nodes' pod CIDRs show; the one in use is in status.</summary>
    [Schema(Pattern = Patterns.Ipv6Cidr, Format = "cidr", MaxLength = 49)]
    public string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>The MTU of the underlying network; 0 lets the agents find out.</summary>
    [Schema(AssumedJson = "0", Minimum = 0, Maximum = 65535)]
    [Cel("self == 0 || self >= 576", "spec.routing.mtu is too small for IP: use 0 to detect it, or 576 and more")]
    public int? Mtu { get; init; }
}

[Cel(
    "!has(self.mode) || self.mode == 'ClusterPool' || !((has(self.ipv4PodCIDRs) && size(self.ipv4PodCIDRs) > 0) || (has(self.ipv6PodCIDRs) && size(self.ipv6PodCIDRs) > 0))",
    "spec.ipam.ipv4PodCIDRs and ipv6PodCIDRs are only for mode ClusterPool: with Kubernetes, addresses come from the Nodes' podCIDRs; remove the lists or change the mode")]
[Cel(
    "!has(oldSelf.ipv4PodCIDRs) || has(self.ipv4PodCIDRs)",
    "spec.ipam.ipv4PodCIDRs can't be removed once set: put the list back; CIDRs may only be appended")]
[Cel(
    "!has(oldSelf.ipv6PodCIDRs) || has(self.ipv6PodCIDRs)",
    "spec.ipam.ipv6PodCIDRs can't be removed once set: put the list back; CIDRs may only be appended")]
[Cel(
    "!has(oldSelf.ipv4MaskSize) || has(self.ipv4MaskSize)",
    "spec.ipam.ipv4MaskSize can't be removed once set: nodes keep the pod CIDRs that they have; put it back")]
[Cel(
    "!has(oldSelf.ipv6MaskSize) || has(self.ipv6MaskSize)",
    "spec.ipam.ipv6MaskSize can't be removed once set: nodes keep the pod CIDRs that they have; put it back")]
[Cel(
    "!has(self.ipv4PodCIDRs) || self.ipv4PodCIDRs.all(c, !c.matches('/[0-9]+$') || int(c.split('/')[1]) <= (has(self.ipv4MaskSize) ? self.ipv4MaskSize : 24))",
    "spec.ipam.ipv4MaskSize (24 when not set) is shorter than the prefix of a pool in spec.ipam.ipv4PodCIDRs, so that no node's pod CIDR fits into it: use a larger mask size or a larger pool")]
[Cel(
    "!has(self.ipv6PodCIDRs) || self.ipv6PodCIDRs.all(c, !c.matches('/[0-9]+$') || int(c.split('/')[1]) <= (has(self.ipv6MaskSize) ? self.ipv6MaskSize : 120))",
    "spec.ipam.ipv6MaskSize (120 when not set) is shorter than the prefix of a pool in spec.ipam.ipv6PodCIDRs, so that no node's pod CIDR fits into it: use a larger mask size or a larger pool")]
public sealed record IpamSpec
{
    /// <summary>ClusterPool takes pod addresses from the CIDRs given here; Kubernetes takes them from each Node's podCIDRs.</summary>
    [Schema(DefaultJson = "\"ClusterPool\"")]
    [Cel("self == oldSelf", "spec.ipam.mode can't be changed, because running pods keep their addresses: put the old mode back, or reinstall")]
    public IpamMode? Mode { get; init; }

    /// <summary>IPv4 networks that the nodes' pod CIDRs are taken from, with ClusterPool. Default: 10.0.0.0/8 when no pool of either family is given.</summary>
    [Schema(ListType = ListType.Set, MaxItems = 16, ItemPattern = Patterns.Ipv4Cidr, ItemFormat = "cidr", ItemMaxLength = 18)]
    [Cel("oldSelf.all(c, c in self)", "spec.ipam.ipv4PodCIDRs: a CIDR of the pool was changed or removed, while nodes may hold addresses of it; put it back, and append new CIDRs instead")]
    public IReadOnlyList<string>? Ipv4PodCIDRs { get; init; }

    /// <summary>Prefix length of one node's IPv4 pod CIDR.</summary>
    [Schema(AssumedJson = "24", Minimum = 8, Maximum = 30)]
    [Cel("self == oldSelf", "spec.ipam.ipv4MaskSize can't be changed, because nodes keep the pod CIDRs that they have: put the old value back, or reinstall")]
    public int? Ipv4MaskSize { get; init; }

    /// <summary>IPv6 networks that the nodes' pod CIDRs are taken from, with ClusterPool. Empty: no IPv6.</summary>
    [Schema(ListType = ListType.Set, MaxItems = 16, ItemPattern = Patterns.Ipv6Cidr, ItemFormat = "cidr", ItemMaxLength = 49)]
    [Cel("oldSelf.all(c, c in self)", "spec.ipam.ipv6PodCIDRs: a CIDR of the pool was changed or removed, while nodes may hold addresses of it; put it back, and append new CIDRs instead")]
    public IReadOnlyList<string>? Ipv6PodCIDRs { get; init; }

    /// <summary>Prefix length of one node's IPv6 pod CIDR.</summary>
    [Schema(AssumedJson = "120", Minimum = 64, Maximum = 126)]
    [Cel("self == oldSelf", "spec.ipam.ipv6MaskSize can't be changed, because nodes keep the pod CIDRs that they have: put the old value back, or reinstall")]
    public int? Ipv6MaskSize { get; init; }
}
