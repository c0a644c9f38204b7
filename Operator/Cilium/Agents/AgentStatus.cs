using System.Text.Json.Nodes;

namespace NetProfile.Cilium.Agents;

/// <summary>The state of a part of the agent: Ok, Warning, Failure or Disabled, and what it says of it.</summary>
public sealed record SubsystemState(string State, string Message);

public sealed record FailingController(string Name, long Failures, string Message);

public sealed record MasqueradingStatus(string Mode, bool Ipv4, bool Ipv6, string? ExclusionCidr);

public sealed record BandwidthStatus(bool Enabled, string CongestionControl);

/// <summary>Effective is told by the size alone: <c>enabled</c> repeats the request, on a kernel that can't do it as well.</summary>
public sealed record BigTcpStatus(bool Requested, long MaxGso)
{
    public bool Effective => Requested && MaxGso > 65536;
}

public sealed record NodePortStatus(bool Enabled, string Mode, string Algorithm, string Acceleration);

/// <summary>How many addresses pods have, of how many there are. Of IPv6 there may be more than any integer holds.</summary>
public sealed record AddressUse(double Used, double Size)
{
    public double Share => Size > 0 ? Used / Size : 0;
}

/// <summary>
/// <c>cilium-dbg status -o json</c> (models.StatusResponse). What is false, 0 or empty is left out there, enumerations hold values that
/// no model lists, and every field may be missing in some version: so everything here is optional and text stays text.
/// </summary>
public sealed record AgentStatus
{
    /// <summary>null: an answer without <c>cilium</c>, as the brief one has none of the rest.</summary>
    public SubsystemState? Agent { get; init; }

    /// <summary>"1.19.6"; null when the agent's message doesn't begin with a version.</summary>
    public string? Version { get; init; }

    /// <summary>Kubernetes, kvstore, hubble and so on, by their JSON names; only those that have a state.</summary>
    public IReadOnlyDictionary<string, SubsystemState> Subsystems { get; init; } = new Dictionary<string, SubsystemState>();

    /// <summary>The local cilium-health daemon. null means that it isn't there: the agent hasn't got its datapath up, whatever else it says.</summary>
    public SubsystemState? ClusterHealth { get; init; }

    /// <summary>Probes that hang.</summary>
    public IReadOnlyList<string> StaleProbes { get; init; } = [];

    /// <summary>Those that fail now; what failed once and recovered isn't here.</summary>
    public IReadOnlyList<FailingController> FailingControllers { get; init; } = [];

    /// <summary>"Native" or "Tunnel"; null before 1.16.</summary>
    public string? RoutingMode { get; init; }

    /// <summary>Says nothing of the mode: an agent in native mode can have one.</summary>
    public string? TunnelProtocol { get; init; }

    /// <summary>"BPF" or "Legacy".</summary>
    public string? HostRouting { get; init; }

    /// <summary>True, False; to 1.15 also Strict, Partial, Probe, Disabled.</summary>
    public string? KubeProxyReplacement { get; init; }

    /// <summary>The devices that the agent has chosen; filled in without kube-proxy replacement too.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public string? DirectRoutingDevice { get; init; }

    public NodePortStatus? NodePort { get; init; }

    public MasqueradingStatus? Masquerading { get; init; }

    public BandwidthStatus? BandwidthManager { get; init; }

    public BigTcpStatus? Ipv4BigTcp { get; init; }

    public BigTcpStatus? Ipv6BigTcp { get; init; }

    public string? HubbleState => Subsystems.GetValueOrDefault("hubble")?.State;

    public string? EncryptionMode { get; init; }

    public string? CniChaining { get; init; }

    public string? AttachMode { get; init; }

    public string? DatapathMode { get; init; }

    /// <summary>"IPv4: 4/254 allocated from 10.1.1.0/24, "</summary>
    public string? IpamStatus { get; init; }

    /// <summary>The node's addresses of the family that is nearest to its end; null when it says nothing of them.</summary>
    public AddressUse? Addresses { get; init; }

    /// <summary>"cluster/node"</summary>
    public string? Self { get; init; }

    /// <summary>null when <paramref name="json"/> is no JSON object at all, such as an error message of the command.</summary>
    public static AgentStatus? Parse(string json) => AgentJson.Parse(json) is JsonObject root ? AgentStatusReader.Read(root) : null;
}
