namespace NetProfile.SimulatedCluster.Actors.Hosts;

/// <summary>One network device, as <c>ip -d -j link</c> and <c>ip -j addr</c> describe it.</summary>
public sealed record HostLink(string Name, string Kind)
{
    public bool Up { get; init; } = true;

    public int Mtu { get; init; } = 1500;

    /// <summary>CIDR notation.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>UDP port of a vxlan or geneve device; 0 for the others.</summary>
    public int TunnelPort { get; init; }

    /// <summary>VNI of a vxlan device.</summary>
    public int VxlanId { get; init; }

    /// <summary>The bridge that this device is a port of.</summary>
    public string? Master { get; init; }
}

/// <summary>One route of the main table.</summary>
public sealed record HostRoute(string Destination, string? Via, string Device, string Protocol = "kernel");

/// <summary>A chain of iptables; nothing is said about its rules but which other chain jumps into it.</summary>
public sealed record HostChain(string Family, string Table, string Name)
{
    /// <summary>The built-in chain with a rule that jumps here; null for chains reached from others.</summary>
    public string? JumpFrom { get; init; }

    public string? Comment { get; init; }
}
