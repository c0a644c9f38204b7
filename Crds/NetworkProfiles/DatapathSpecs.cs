using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record KubeProxyReplacementSpec
{
    /// <summary>Whether Cilium handles all Services.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Enabled { get; init; }

    /// <summary>The API servers' own addresses as host:port, which agents use instead of the Service's address. Default: found in the cluster; each is tried from every node before it is used.</summary>
    [Schema(ListType = ListType.Set, MaxItems = 16, ItemPattern = Patterns.HostPort, ItemMaxLength = 260)]
    public IReadOnlyList<string>? ApiServerEndpoints { get; init; }

    /// <summary>What happens to kube-proxy once Cilium has taken over: Park gives its DaemonSet a node selector that matches nothing, which can be taken back, and cleans its rules; Keep leaves it running.</summary>
    [Schema(AssumedJson = "\"Park\"")]
    public KubeProxyPolicy? KubeProxy { get; init; }
}

public sealed record LoadBalancerSpec
{
    /// <summary>How traffic reaches a backend on another node: translated (SNAT), answered directly (DSR), or DSR for TCP only (Hybrid).</summary>
    [Schema(AssumedJson = "\"SNAT\"")]
    public LoadBalancerMode? Mode { get; init; }

    /// <summary>How a backend is chosen.</summary>
    [Schema(AssumedJson = "\"Random\"")]
    public LoadBalancerAlgorithm? Algorithm { get; init; }

    /// <summary>Whether XDP is used on the devices.</summary>
    [Schema(AssumedJson = "\"Disabled\"")]
    public LoadBalancerAcceleration? Acceleration { get; init; }

    /// <summary>How the Service's address travels to the backend's node with DSR.</summary>
    [Schema(AssumedJson = "\"Option\"")]
    public DsrDispatch? DsrDispatch { get; init; }
}

public sealed record MasqueradingSpec
{
    /// <summary>What translates addresses. Default: BPF when kubeProxyReplacement is enabled, else IPTables.</summary>
    public MasqueradingMode? Mode { get; init; }

    /// <summary>Whether IPv4 packets that leave the cluster are masqueraded.</summary>
    [Schema(AssumedJson = "true")]
    public bool? Ipv4 { get; init; }

    /// <summary>Whether IPv6 packets that leave the cluster are masqueraded.</summary>
    [Schema(AssumedJson = "true")]
    public bool? Ipv6 { get; init; }
}

[Cel(
    "!has(self.bbr) || !self.bbr || (has(self.enabled) && self.enabled)",
    "spec.bandwidthManager.bbr needs spec.bandwidthManager.enabled: set that to true or bbr to false")]
public sealed record BandwidthManagerSpec
{
    /// <summary>Whether pods' egress bandwidth annotations are enforced by eBPF.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Enabled { get; init; }

    /// <summary>Whether pods use BBR congestion control. Needs the bandwidth manager and kernel 5.18.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Bbr { get; init; }
}

public sealed record BigTcpSpec
{
    /// <summary>BIG TCP for IPv4. Needs kernel 6.3.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Ipv4 { get; init; }

    /// <summary>BIG TCP for IPv6. Needs kernel 5.19.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Ipv6 { get; init; }
}

[Cel(
    "!has(self.nodeEncryption) || !self.nodeEncryption || (has(self.type) && self.type == 'WireGuard')",
    "spec.encryption.nodeEncryption is only for type WireGuard: set the type to WireGuard or nodeEncryption to false")]
public sealed record EncryptionSpec
{
    /// <summary>How traffic between pods on different nodes is encrypted.</summary>
    [Schema(AssumedJson = "\"None\"")]
    public EncryptionType? Type { get; init; }

    /// <summary>Whether traffic between the nodes themselves is encrypted too. Only with WireGuard.</summary>
    [Schema(AssumedJson = "false")]
    public bool? NodeEncryption { get; init; }
}
