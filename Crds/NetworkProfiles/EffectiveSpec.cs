using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;

namespace NetProfile.Crds.NetworkProfiles;

/// <summary>A spec with every documented default filled in; null means "detected from the cluster" or "none", as each property says.</summary>
public sealed record EffectiveSpec
{
    public required bool Suspend { get; init; }

    public required ApprovalPolicy Approval { get; init; }

    public required DeletionPolicy DeletionPolicy { get; init; }

    public required EffectiveCilium Cilium { get; init; }

    public required EffectiveRouting Routing { get; init; }

    public required EffectiveIpam Ipam { get; init; }

    public required EffectiveKubeProxyReplacement KubeProxyReplacement { get; init; }

    public required EffectiveLoadBalancer LoadBalancer { get; init; }

    public required EffectiveMasquerading Masquerading { get; init; }

    public required HostRoutingMode HostRouting { get; init; }

    public required bool BandwidthManager { get; init; }

    public required bool Bbr { get; init; }

    public required bool Ipv4BigTCP { get; init; }

    public required bool Ipv6BigTCP { get; init; }

    public required EncryptionType Encryption { get; init; }

    public required bool NodeEncryption { get; init; }

    public required bool BgpControlPlane { get; init; }

    public required bool Sctp { get; init; }

    public required EffectiveHubble Hubble { get; init; }

    public required EffectivePreviousCni PreviousCNI { get; init; }

    public required UnmanagedPodsPolicy UnmanagedPods { get; init; }

    public required RoutingSwitchStrategy RoutingSwitch { get; init; }

    public required EffectiveRollout Rollout { get; init; }
}

public sealed record EffectiveCilium
{
    /// <summary>Empty when the spec has none, which is refused.</summary>
    public required string Version { get; init; }

    public required string Namespace { get; init; }

    public required string ReleaseName { get; init; }

    public required string ChartRepository { get; init; }

    /// <summary>null: not pinned.</summary>
    public required string? ChartDigest { get; init; }

    /// <summary>Not to be changed: it is the spec's own object. Empty when there are none.</summary>
    public required JsonObject Values { get; init; }

    public required IReadOnlyList<EffectiveValuesReference> ValuesFrom { get; init; }
}

public sealed record EffectiveValuesReference(ValuesReferenceKind Kind, string Name, string Key, bool Optional);

public sealed record EffectiveRouting
{
    public required RoutingMode Mode { get; init; }

    public required TunnelProtocol TunnelProtocol { get; init; }

    public required int TunnelPort { get; init; }

    /// <summary>Whether the spec names the port: a migration may use another one for the time being only when it doesn't.</summary>
    public required bool TunnelPortIsExplicit { get; init; }

    public required bool AutoDirectNodeRoutes { get; init; }

    public required bool DirectRoutingSkipUnreachable { get; init; }

    /// <summary>null: to be detected.</summary>
    public required string? Ipv4NativeRoutingCIDR { get; init; }

    /// <summary>null: to be detected.</summary>
    public required string? Ipv6NativeRoutingCIDR { get; init; }

    /// <summary>0: the agents find out.</summary>
    public required int Mtu { get; init; }
}

public sealed record EffectiveIpam
{
    public required IpamMode Mode { get; init; }

    /// <summary>Empty with Kubernetes, or when only IPv6 is wanted.</summary>
    public required IReadOnlyList<string> Ipv4PodCIDRs { get; init; }

    public required int Ipv4MaskSize { get; init; }

    public required IReadOnlyList<string> Ipv6PodCIDRs { get; init; }

    public required int Ipv6MaskSize { get; init; }
}

public sealed record EffectiveKubeProxyReplacement
{
    public required bool Enabled { get; init; }

    /// <summary>Empty: to be detected.</summary>
    public required IReadOnlyList<string> ApiServerEndpoints { get; init; }

    public required KubeProxyPolicy KubeProxy { get; init; }
}

public sealed record EffectiveLoadBalancer(LoadBalancerMode Mode, LoadBalancerAlgorithm Algorithm, LoadBalancerAcceleration Acceleration, DsrDispatch DsrDispatch);

public sealed record EffectiveMasquerading(MasqueradingMode Mode, bool Ipv4, bool Ipv6);

public sealed record EffectiveHubble
{
    public required bool Enabled { get; init; }

    public required bool Relay { get; init; }

    public required ServiceType RelayServiceType { get; init; }

    public required bool Ui { get; init; }

    public required ServiceType UiServiceType { get; init; }

    public required IReadOnlyList<string> Metrics { get; init; }
}

public sealed record EffectivePreviousCni(PreviousCniKind Kind, MigrationStrategy Strategy, bool Backup);

public sealed record EffectiveRollout
{
    public required IntOrString MaxUnavailable { get; init; }

    public required bool PrePull { get; init; }

    public required TimeSpan DrainTimeout { get; init; }

    public required int FailureBudget { get; init; }

    public required FailurePolicy OnFailure { get; init; }
}
