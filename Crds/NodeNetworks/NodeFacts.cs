namespace NetProfile.Crds.NodeNetworks;

public sealed record NodeFacts
{
    /// <summary>The kernel and what it was built with.</summary>
    public KernelFacts? Kernel { get; init; }

    /// <summary>The distribution variant, for instance kubeadm, k3s, rke2, Talos.</summary>
    public string? Distribution { get; init; }

    /// <summary>The operating system's name and version.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Where the BPF file system is mounted; empty when it isn't.</summary>
    public string? BpfMount { get; init; }

    /// <summary>Where the unified cgroup hierarchy is mounted; empty when it isn't.</summary>
    public string? CgroupV2Mount { get; init; }

    /// <summary>The network links, without the pods' own.</summary>
    public IReadOnlyList<LinkFacts>? Links { get; init; }

    /// <summary>The device of the IPv4 default route.</summary>
    public string? DefaultRouteDevice { get; init; }

    /// <summary>The device of the IPv6 default route.</summary>
    public string? DefaultRouteDeviceV6 { get; init; }

    /// <summary>Routes and rules that aren't the node's own, as `ip` prints them; at most 100.</summary>
    public IReadOnlyList<string>? ForeignRoutes { get; init; }

    /// <summary>Whether the peers that were asked for are on the same L2 network.</summary>
    public IReadOnlyList<PeerFacts>? Peers { get; init; }

    /// <summary>The iptables flavour that holds rules: legacy, nft, both or none.</summary>
    public string? IptablesMode { get; init; }

    /// <summary>Who holds the ports that Cilium needs.</summary>
    public IReadOnlyList<PortFacts>? Ports { get; init; }

    /// <summary>The CNI configuration files in the order in which the runtime sees them.</summary>
    public IReadOnlyList<CniConfigFacts>? CniConfigs { get; init; }

    /// <summary>The names of the CNI binaries.</summary>
    public IReadOnlyList<string>? CniBinaries { get; init; }

    /// <summary>Which API servers answer from here.</summary>
    public IReadOnlyList<EndpointFacts>? ApiServerEndpoints { get; init; }

    /// <summary>The state directories of the container runtimes that are there.</summary>
    public IReadOnlyList<string>? RuntimeDirectories { get; init; }
}

/// <summary>Unknown: no source for the answer could be read.</summary>
public enum KernelOption
{
    Unknown,
    No,
    Module,
    BuiltIn,
}

public sealed record KernelFacts
{
    /// <summary>The release, as `uname -r` prints it.</summary>
    public string? Version { get; init; }

    /// <summary>The machine, as `uname -m` prints it.</summary>
    public string? Architecture { get; init; }

    /// <summary>Where the options were read: a path, or "unknown".</summary>
    public string? ConfigSource { get; init; }

    /// <summary>The options that Cilium's features need, by name.</summary>
    public IReadOnlyDictionary<string, KernelOption>? Options { get; init; }
}

public sealed record LinkFacts
{
    /// <summary>The link's name.</summary>
    public string? Name { get; init; }

    /// <summary>Its kind, for instance vxlan or bridge; empty for a physical device.</summary>
    public string? Kind { get; init; }

    /// <summary>The largest packet that it takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Its addresses with prefix length.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>The bridge or bond that it belongs to.</summary>
    public string? Master { get; init; }

    /// <summary>Whether it is up.</summary>
    public bool? Up { get; init; }

    /// <summary>The VXLAN or Geneve network identifier.</summary>
    public int? Vni { get; init; }

    /// <summary>The UDP port of an overlay device.</summary>
    public int? Port { get; init; }
}

public sealed record PeerFacts
{
    /// <summary>The peer's node name.</summary>
    public string? Node { get; init; }

    /// <summary>The address that was tried.</summary>
    public string? Address { get; init; }

    /// <summary>Whether it answered as a neighbour on the right device; absent when that couldn't be told.</summary>
    public bool? SameL2 { get; init; }

    /// <summary>The device that it answered on.</summary>
    public string? Device { get; init; }

    /// <summary>The path MTU to it.</summary>
    public int? PathMtu { get; init; }

    /// <summary>Why it couldn't be told.</summary>
    public string? Message { get; init; }
}

public sealed record PortFacts
{
    /// <summary>The port as protocol/number.</summary>
    public string? Port { get; init; }

    /// <summary>The process or device that holds it; empty when it is free.</summary>
    public string? Holder { get; init; }
}

public sealed record CniConfigFacts
{
    /// <summary>The absolute path.</summary>
    public string? Path { get; init; }

    /// <summary>The network's name in it.</summary>
    public string? Network { get; init; }

    /// <summary>The plugins that it names.</summary>
    public IReadOnlyList<string>? Plugins { get; init; }
}

public sealed record EndpointFacts
{
    /// <summary>The API server as host:port.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether it answered.</summary>
    public bool? Reachable { get; init; }

    /// <summary>How long the answer took.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Why it didn't answer.</summary>
    public string? Message { get; init; }
}
