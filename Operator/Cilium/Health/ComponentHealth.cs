namespace NetProfile.Cilium.Health;

/// <summary>The parts of a Cilium installation that <c>cilium status</c> looks at.</summary>
public enum CiliumComponent
{
    Agent,
    Envoy,
    Operator,
    HubbleRelay,
    HubbleUi,
    ClusterMesh,
}

/// <summary>
/// One workload as <c>cilium status</c> judges it, and why its pods aren't well. Healthy means no errors and no warnings; a workload
/// that isn't there is <see cref="Disabled"/>, except the agents, whose absence is an error.
/// </summary>
public sealed record ComponentHealth
{
    public required CiliumComponent Component { get; init; }

    /// <summary>Kind and name, as "DaemonSet cilium".</summary>
    public required string Name { get; init; }

    /// <summary>The workload doesn't exist.</summary>
    public bool Disabled { get; init; }

    public int Desired { get; init; }

    public int Ready { get; init; }

    public int Updated { get; init; }

    public int Available { get; init; }

    /// <summary>The controller hasn't seen the newest template, or hasn't brought it everywhere.</summary>
    public bool RollingOut { get; init; }

    /// <summary>Some container dies again and again.</summary>
    public bool CrashLooping { get; init; }

    /// <summary>Each text once, with the number of pods that it is about.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>At most three causes, the one with most pods first: what the pods themselves say. Part of <see cref="Errors"/> too.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>Pods of which a container dies again and again, at most ten: their previous log is worth reading.</summary>
    public IReadOnlyList<string> CrashLoopingPods { get; init; } = [];

    /// <summary>Whether it runs in full, in its newest form.</summary>
    public bool Healthy => !Disabled && Errors.Count == 0 && Warnings.Count == 0;
}
