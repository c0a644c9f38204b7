using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

/// <summary>
/// The spec as written: what is null was not written. Code that acts reads <see cref="NetworkProfileDefaults.Resolve"/>'s result instead.
/// </summary>
[Cel(
    "!has(oldSelf.ipam) || has(self.ipam)",
    "spec.ipam can't be removed once set: pods would keep addresses that nothing accounts for; put it back as it was")]
[Cel(
    "!has(self.bigTCP) || !((has(self.bigTCP.ipv4) && self.bigTCP.ipv4) || (has(self.bigTCP.ipv6) && self.bigTCP.ipv6)) || (has(self.routing) && has(self.routing.mode) && self.routing.mode == 'Native')",
    "spec.bigTCP doesn't work with spec.routing.mode Tunnel: set the mode to Native or switch bigTCP off")]
[Cel(
    "!has(self.bigTCP) || !((has(self.bigTCP.ipv4) && self.bigTCP.ipv4) || (has(self.bigTCP.ipv6) && self.bigTCP.ipv6)) || !has(self.encryption) || !has(self.encryption.type) || self.encryption.type != 'IPsec'",
    "spec.bigTCP doesn't work with spec.encryption.type IPsec, with which agents refuse to start: use WireGuard or switch bigTCP off")]
[Cel(
    "!has(self.bigTCP) || !((has(self.bigTCP.ipv4) && self.bigTCP.ipv4) || (has(self.bigTCP.ipv6) && self.bigTCP.ipv6)) || !has(self.hostRouting) || self.hostRouting != 'Legacy'",
    "spec.bigTCP doesn't work with spec.hostRouting Legacy, with which agents refuse to start: set hostRouting to BPF or switch bigTCP off")]
[Cel(
    "!has(self.loadBalancer) || !((has(self.loadBalancer.mode) && self.loadBalancer.mode != 'SNAT') || (has(self.loadBalancer.algorithm) && self.loadBalancer.algorithm != 'Random') || (has(self.loadBalancer.acceleration) && self.loadBalancer.acceleration != 'Disabled')) || (has(self.kubeProxyReplacement) && has(self.kubeProxyReplacement.enabled) && self.kubeProxyReplacement.enabled)",
    "spec.loadBalancer has no effect while kube-proxy handles Services: set spec.kubeProxyReplacement.enabled to true or remove loadBalancer's settings")]
[Cel(
    "!has(self.loadBalancer) || !has(self.loadBalancer.dsrDispatch) || self.loadBalancer.dsrDispatch != 'Geneve' || !has(self.routing) || !has(self.routing.mode) || self.routing.mode != 'Tunnel' || (has(self.routing.tunnelProtocol) && self.routing.tunnelProtocol == 'Geneve')",
    "spec.loadBalancer.dsrDispatch Geneve needs Geneve as the overlay: set spec.routing.tunnelProtocol to Geneve or spec.routing.mode to Native")]
public sealed record NetworkProfileSpec
{
    /// <summary>Stops all acting on the cluster; conditions are still reported.</summary>
    [Schema(DefaultJson = "false")]
    public bool? Suspend { get; init; }

    /// <summary>Which plans wait for a person: those that disturb workloads (Disruptive), every one (Always), or none (Auto). A plan is approved by the annotation netprofile.io/approved-plan with the value of status.plan.digest.</summary>
    [Schema(DefaultJson = "\"Disruptive\"")]
    public ApprovalPolicy? Approval { get; init; }

    /// <summary>What deleting this object does: nothing to the network (Retain), remove the Helm release and its leftovers on nodes (Uninstall), or remove Cilium's CRDs and their objects too (Purge).</summary>
    [Schema(DefaultJson = "\"Retain\"")]
    public DeletionPolicy? DeletionPolicy { get; init; }

    /// <summary>Which Cilium release is wanted, and from where.</summary>
    [Schema(Required = true)]
    public CiliumSpec? Cilium { get; init; }

    /// <summary>How packets travel between nodes.</summary>
    [Schema(DefaultJson = "{}")]
    public RoutingSpec? Routing { get; init; }

    /// <summary>Where pod addresses come from. Can't be changed once set, except that CIDRs may be appended to a pool.</summary>
    public IpamSpec? Ipam { get; init; }

    /// <summary>Services by eBPF instead of kube-proxy.</summary>
    public KubeProxyReplacementSpec? KubeProxyReplacement { get; init; }

    /// <summary>How eBPF balances Services. Needs kubeProxyReplacement.</summary>
    public LoadBalancerSpec? LoadBalancer { get; init; }

    /// <summary>Source address translation of packets that leave the pod network.</summary>
    public MasqueradingSpec? Masquerading { get; init; }

    /// <summary>Whether packets between pods and the node's devices bypass the host's stack (BPF) or pass iptables (Legacy). Default: BPF when kubeProxyReplacement is enabled and masquerading is BPF, else Legacy.</summary>
    public HostRoutingMode? HostRouting { get; init; }

    /// <summary>Pod bandwidth limits by eBPF.</summary>
    public BandwidthManagerSpec? BandwidthManager { get; init; }

    /// <summary>Packets of more than 64 KiB inside a node. Not with Tunnel.</summary>
    public BigTcpSpec? BigTCP { get; init; }

    /// <summary>Encryption of traffic between nodes.</summary>
    public EncryptionSpec? Encryption { get; init; }

    /// <summary>Enables Cilium's BGP control plane. Its peers are configured by Cilium's own resources.</summary>
    [Schema(AssumedJson = "false")]
    public bool? BgpControlPlane { get; init; }

    /// <summary>Enables SCTP for pods and Services.</summary>
    [Schema(AssumedJson = "false")]
    public bool? Sctp { get; init; }

    /// <summary>Observability of network flows.</summary>
    public HubbleSpec? Hubble { get; init; }

    /// <summary>What happens to the CNI plugin that the cluster had before.</summary>
    public PreviousCniSpec? PreviousCNI { get; init; }

    /// <summary>What happens to pods that Cilium doesn't manage: restart them by eviction (Restart), or only report them (Observe).</summary>
    [Schema(AssumedJson = "\"Restart\"")]
    public UnmanagedPodsPolicy? UnmanagedPods { get; init; }

    /// <summary>How a running Cilium goes from Tunnel to Native: in three rolls that keep the overlay device, without loss (Live), or all agents at once, with an outage of seconds (OneStroke).</summary>
    [Schema(AssumedJson = "\"Live\"")]
    public RoutingSwitchStrategy? RoutingSwitch { get; init; }

    /// <summary>How changes are rolled out over the nodes.</summary>
    public RolloutSpec? Rollout { get; init; }
}
