using System.Net;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>What this node says of its old network: without it, routes and rules can't prove whose they are.</summary>
public sealed record TraceScope
{
    /// <summary>The pod networks of the whole cluster.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>This node's parts of them.</summary>
    public IReadOnlyList<IPNetwork> Subnets { get; init; } = [];

    /// <summary>The CNI network's names in the conf: cbr0 in Flannel's own manifest.</summary>
    public IReadOnlyList<string> NetworkNames { get; init; } = ["cbr0"];

    /// <summary>Pods of the old network that still live here, as a person would name them.</summary>
    public IReadOnlyList<string> LivingPods { get; init; } = [];

    public TraceScope With(IEnumerable<IPNetwork> networks, IEnumerable<IPNetwork> subnets) =>
        this with { Networks = [.. Networks.Union(networks)], Subnets = [.. Subnets.Union(subnets)] };

    public bool Covers(IPNetwork network) => Networks.Any(own => Contains(own, network));

    public static bool Contains(IPNetwork outer, IPNetwork inner) =>
        outer.BaseAddress.AddressFamily == inner.BaseAddress.AddressFamily
        && outer.PrefixLength <= inner.PrefixLength
        && outer.Contains(inner.BaseAddress);
}
