namespace NetProfile.Crds.NetworkProfiles;

public enum ApprovalPolicy
{
    Auto,
    Disruptive,
    Always,
}

public enum DeletionPolicy
{
    Retain,
    Uninstall,
    Purge,
}

public enum ValuesReferenceKind
{
    ConfigMap,
    Secret,
}

public enum RoutingMode
{
    Tunnel,
    Native,
}

public enum TunnelProtocol
{
    VXLAN,
    Geneve,
}

public enum IpamMode
{
    ClusterPool,
    Kubernetes,
}

public enum KubeProxyPolicy
{
    Park,
    Keep,
}

public enum LoadBalancerMode
{
    SNAT,
    DSR,
    Hybrid,
}

public enum LoadBalancerAlgorithm
{
    Random,
    Maglev,
}

public enum LoadBalancerAcceleration
{
    Disabled,
    Native,
    BestEffort,
}

public enum DsrDispatch
{
    Option,
    IPIP,
    Geneve,
}

public enum MasqueradingMode
{
    BPF,
    IPTables,
}

public enum HostRoutingMode
{
    BPF,
    Legacy,
}

public enum EncryptionType
{
    None,
    WireGuard,
    IPsec,
}

/// <summary>The types of a Kubernetes Service that Hubble's parts can have.</summary>
public enum ServiceType
{
    ClusterIP,
    NodePort,
    LoadBalancer,
}

public enum PreviousCniKind
{
    Auto,
    Flannel,
    None,
}

public enum MigrationStrategy
{
    Overlap,
    NodeByNode,
    Recreate,
}

public enum UnmanagedPodsPolicy
{
    Restart,
    Observe,
}

public enum RoutingSwitchStrategy
{
    Live,
    OneStroke,
}

public enum FailurePolicy
{
    Freeze,
    Rollback,
}

/// <summary>How much a step disturbs workloads, from nothing to most; the order is the comparison.</summary>
public enum Disruption
{
    None,
    AgentRestart,
    PodRestart,
    Drain,
    Outage,
}

public enum PlanStepState
{
    Pending,
    AwaitingApproval,
    Running,
    Done,
    Failed,
    Skipped,
}

/// <summary>A word for people; machines read conditions.</summary>
public enum NetworkProfilePhase
{
    Pending,
    Refused,
    AwaitingApproval,
    Installing,
    Upgrading,
    Migrating,
    Cleaning,
    Verifying,
    Ready,
    Degraded,
    Frozen,
    Suspended,
    Restoring,
    Deleting,
}
