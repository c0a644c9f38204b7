namespace NetProfile.Crds.NodeNetworks;

public sealed record NodeNetworkSpec
{
    /// <summary>The hash of the tasks: the same plan has the same id.</summary>
    public string? PlanId { get; init; }

    /// <summary>Whether tasks are only checked.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Whether what is removed is first kept in a backup on the node. The default is true.</summary>
    public bool? Backup { get; init; }

    /// <summary>What to look at, beyond the node itself.</summary>
    public InspectionRequest? Inspection { get; init; }

    /// <summary>What to do, in this order. A task whose outcome is already there is left alone.</summary>
    public IReadOnlyList<NodeTask>? Tasks { get; init; }
}

public sealed record InspectionRequest
{
    /// <summary>A new value asks for an inspection now.</summary>
    public string? RequestedAt { get; init; }

    /// <summary>API servers, as host:port, to be reached from this node.</summary>
    public IReadOnlyList<string>? ApiServerEndpoints { get; init; }

    /// <summary>Other nodes whose L2 reachability is asked for.</summary>
    public IReadOnlyList<PeerRequest>? Peers { get; init; }

    /// <summary>Ports that Cilium will need, as udp/8472 or tcp/4240.</summary>
    public IReadOnlyList<string>? Ports { get; init; }

    /// <summary>Pod networks of the previous and of the wanted CNI, so that routes can be told apart.</summary>
    public IReadOnlyList<string>? PodCIDRs { get; init; }

    /// <summary>Connections to be tried throughout.</summary>
    public ProbeRequest? Probe { get; init; }
}

public sealed record PeerRequest
{
    /// <summary>The peer's node name.</summary>
    public string? Node { get; init; }

    /// <summary>Its internal addresses.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }
}
