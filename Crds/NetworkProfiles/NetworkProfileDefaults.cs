using System.Text.Json.Nodes;

namespace NetProfile.Crds.NetworkProfiles;

/// <summary>The documented defaults, and the only place that applies them. Pure.</summary>
public static class NetworkProfileDefaults
{
    public const string Namespace = "kube-system";
    public const string ReleaseName = "cilium";
    public const string ChartRepository = "https://helm.cilium.io";
    public const string ValuesKey = "values.yaml";
    public const string Ipv4Pool = "10.0.0.0/8";
    public const int VxlanPort = 8472;
    public const int GenevePort = 6081;
    public const int Ipv4MaskSize = 24;
    public const int Ipv6MaskSize = 120;
    public const string MaxUnavailable = "10%";
    public const int DrainTimeoutSeconds = 600;
    public const int FailureBudget = 1;

    public static EffectiveSpec Resolve(NetworkProfileSpec? spec)
    {
        spec ??= new NetworkProfileSpec();
        var replacement = spec.KubeProxyReplacement?.Enabled ?? false;
        var masquerading = spec.Masquerading?.Mode ?? (replacement ? MasqueradingMode.BPF : MasqueradingMode.IPTables);
        return new EffectiveSpec
        {
            Suspend = spec.Suspend ?? false,
            Approval = spec.Approval ?? ApprovalPolicy.Disruptive,
            DeletionPolicy = spec.DeletionPolicy ?? DeletionPolicy.Retain,
            Cilium = Cilium(spec.Cilium),
            Routing = Routing(spec.Routing, spec.BgpControlPlane ?? false),
            Ipam = Ipam(spec.Ipam),
            KubeProxyReplacement = new EffectiveKubeProxyReplacement
            {
                Enabled = replacement,
                ApiServerEndpoints = spec.KubeProxyReplacement?.ApiServerEndpoints ?? [],
                KubeProxy = spec.KubeProxyReplacement?.KubeProxy ?? KubeProxyPolicy.Park,
            },
            LoadBalancer = new EffectiveLoadBalancer(
                spec.LoadBalancer?.Mode ?? LoadBalancerMode.SNAT,
                spec.LoadBalancer?.Algorithm ?? LoadBalancerAlgorithm.Random,
                spec.LoadBalancer?.Acceleration ?? LoadBalancerAcceleration.Disabled,
                spec.LoadBalancer?.DsrDispatch ?? DsrDispatch.Option),
            Masquerading = new EffectiveMasquerading(masquerading, spec.Masquerading?.Ipv4 ?? true, spec.Masquerading?.Ipv6 ?? true),
            HostRouting = spec.HostRouting ?? (replacement && masquerading == MasqueradingMode.BPF ? HostRoutingMode.BPF : HostRoutingMode.Legacy),
            BandwidthManager = spec.BandwidthManager?.Enabled ?? false,
            Bbr = spec.BandwidthManager?.Bbr ?? false,
            Ipv4BigTCP = spec.BigTCP?.Ipv4 ?? false,
            Ipv6BigTCP = spec.BigTCP?.Ipv6 ?? false,
            Encryption = spec.Encryption?.Type ?? EncryptionType.None,
            NodeEncryption = spec.Encryption?.NodeEncryption ?? false,
            BgpControlPlane = spec.BgpControlPlane ?? false,
            Sctp = spec.Sctp ?? false,
            Hubble = Hubble(spec.Hubble),
            PreviousCNI = new EffectivePreviousCni(
                spec.PreviousCNI?.Kind ?? PreviousCniKind.Auto,
                spec.PreviousCNI?.Strategy ?? MigrationStrategy.Overlap,
                spec.PreviousCNI?.Backup ?? true),
            UnmanagedPods = spec.UnmanagedPods ?? UnmanagedPodsPolicy.Restart,
            RoutingSwitch = spec.RoutingSwitch ?? RoutingSwitchStrategy.Live,
            Rollout = Rollout(spec.Rollout),
        };
    }

    private static EffectiveCilium Cilium(CiliumSpec? cilium) => new()
    {
        Version = cilium?.Version ?? "",
        Namespace = cilium?.Namespace ?? Namespace,
        ReleaseName = cilium?.ReleaseName ?? ReleaseName,
        ChartRepository = cilium?.Chart?.Repository ?? ChartRepository,
        ChartDigest = cilium?.Chart?.Digest,
        Values = cilium?.Values ?? new JsonObject(),
        ValuesFrom = (cilium?.ValuesFrom ?? [])
            .Select(source => new EffectiveValuesReference(source.Kind ?? ValuesReferenceKind.ConfigMap, source.Name ?? "", source.Key ?? ValuesKey, source.Optional ?? false))
            .ToList(),
    };

    private static EffectiveRouting Routing(RoutingSpec? routing, bool bgp)
    {
        var mode = routing?.Mode ?? RoutingMode.Tunnel;
        var protocol = routing?.TunnelProtocol ?? TunnelProtocol.VXLAN;
        return new EffectiveRouting
        {
            Mode = mode,
            TunnelProtocol = protocol,
            TunnelPort = routing?.TunnelPort ?? (protocol == TunnelProtocol.Geneve ? GenevePort : VxlanPort),
            TunnelPortIsExplicit = routing?.TunnelPort is not null,
            AutoDirectNodeRoutes = routing?.AutoDirectNodeRoutes ?? (mode == RoutingMode.Native && !bgp),
            DirectRoutingSkipUnreachable = routing?.DirectRoutingSkipUnreachable ?? false,
            Ipv4NativeRoutingCIDR = routing?.Ipv4NativeRoutingCIDR,
            Ipv6NativeRoutingCIDR = routing?.Ipv6NativeRoutingCIDR,
            Mtu = routing?.Mtu ?? 0,
        };
    }

    private static EffectiveIpam Ipam(IpamSpec? ipam)
    {
        var mode = ipam?.Mode ?? IpamMode.ClusterPool;
        var ipv6 = ipam?.Ipv6PodCIDRs ?? [];
        var ipv4 = ipam?.Ipv4PodCIDRs ?? (mode == IpamMode.ClusterPool && ipv6.Count == 0 ? [Ipv4Pool] : []);
        return new EffectiveIpam
        {
            Mode = mode,
            Ipv4PodCIDRs = ipv4,
            Ipv4MaskSize = ipam?.Ipv4MaskSize ?? Ipv4MaskSize,
            Ipv6PodCIDRs = ipv6,
            Ipv6MaskSize = ipam?.Ipv6MaskSize ?? Ipv6MaskSize,
        };
    }

    private static EffectiveHubble Hubble(HubbleSpec? hubble) => new()
    {
        Enabled = hubble?.Enabled ?? true,
        Relay = hubble?.Relay?.Enabled ?? false,
        RelayServiceType = hubble?.Relay?.ServiceType ?? ServiceType.ClusterIP,
        Ui = hubble?.Ui?.Enabled ?? false,
        UiServiceType = hubble?.Ui?.ServiceType ?? ServiceType.ClusterIP,
        Metrics = hubble?.Metrics ?? [],
    };

    private static EffectiveRollout Rollout(RolloutSpec? rollout) => new()
    {
        MaxUnavailable = rollout?.MaxUnavailable ?? MaxUnavailable,
        PrePull = rollout?.PrePull ?? true,
        DrainTimeout = TimeSpan.FromSeconds(rollout?.DrainTimeoutSeconds ?? DrainTimeoutSeconds),
        FailureBudget = rollout?.FailureBudget ?? FailureBudget,
        OnFailure = rollout?.OnFailure ?? FailurePolicy.Freeze,
    };
}
