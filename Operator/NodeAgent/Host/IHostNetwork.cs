using System.Net;
using System.Text.Json.Nodes;
using NetProfile.NodeAgent.Inspection;

namespace NetProfile.NodeAgent.Host;

/// <summary>A link as <c>ip -d -j addr</c> shows it; <see cref="Json"/> has all of it.</summary>
public sealed record HostLink
{
    public required string Name { get; init; }

    /// <summary>vxlan, bridge, veth, …; empty for a physical device.</summary>
    public string Kind { get; init; } = "";

    public string? Master { get; init; }

    public int Mtu { get; init; }

    public bool Up { get; init; }

    /// <summary>Has a carrier: for a veth, the other end is up.</summary>
    public bool LowerUp { get; init; }

    public int? Vni { get; init; }

    public int? Port { get; init; }

    /// <summary>The other end is in another network namespace: its name, or its number when it has none here.</summary>
    public string? PeerNamespace { get; init; }

    public IReadOnlyList<string> Addresses { get; init; } = [];

    public required JsonObject Json { get; init; }
}

/// <summary>A route as <c>ip -d -j route show table all</c> shows it.</summary>
public sealed record HostRoute
{
    public required AddressFamily Family { get; init; }

    /// <summary>unicast, blackhole, local, …</summary>
    public required string Type { get; init; }

    /// <summary>null is the default route.</summary>
    public IPNetwork? Destination { get; init; }

    public IPAddress? Gateway { get; init; }

    public string? Device { get; init; }

    /// <summary>main where ip prints none.</summary>
    public required string Table { get; init; }

    public required string Protocol { get; init; }

    public required JsonObject Json { get; init; }

    public override string ToString() => RouteText.Describe(this);
}

public sealed record HostPolicyRule(AddressFamily Family, int Priority, string Table, JsonObject Json);

public sealed record HostNeighbour(string Address, string Device, string? LinkAddress, IReadOnlyList<string> State);

/// <summary>A link with what only it carries: addresses, routes, forwarding entries, neighbours.</summary>
public sealed record LinkState(HostLink Link, IReadOnlyList<HostRoute> Routes, JsonArray Forwarding, JsonArray Neighbours);

public interface IHostNetwork
{
    Task<IReadOnlyList<HostLink>> GetLinksAsync(CancellationToken cancellationToken);

    Task<LinkState> GetLinkStateAsync(HostLink link, CancellationToken cancellationToken);

    Task DeleteLinksAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);

    /// <summary>Makes the link again with all that the state says.</summary>
    Task CreateLinkAsync(LinkState state, CancellationToken cancellationToken);

    /// <summary>All tables, both families; without the local table.</summary>
    Task<IReadOnlyList<HostRoute>> GetRoutesAsync(CancellationToken cancellationToken);

    Task DeleteRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken);

    Task AddRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken);

    Task<IReadOnlyList<HostPolicyRule>> GetPolicyRulesAsync(CancellationToken cancellationToken);

    Task DeletePolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken);

    Task AddPolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken);

    Task<IReadOnlyList<HostNeighbour>> GetNeighboursAsync(CancellationToken cancellationToken);

    /// <summary>Which way a packet to the address goes: null when there is no way.</summary>
    Task<(string Device, IPAddress? Gateway)?> GetPathAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>Makes the kernel ask on the device who has the address; the answer is then in the neighbours.</summary>
    Task AskNeighbourAsync(IPAddress address, string device, CancellationToken cancellationToken);

    /// <summary>How large packets may be on the way to the address.</summary>
    Task<PathMtu> MeasurePathMtuAsync(IPAddress address, int linkMtu, CancellationToken cancellationToken);

    /// <summary>Listening sockets as protocol/port with their owners, for instance udp/8472 and "cilium-agent".</summary>
    Task<IReadOnlyDictionary<string, string>> GetListenersAsync(CancellationToken cancellationToken);
}
