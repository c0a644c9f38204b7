namespace NetProfile.SimulatedCluster.Actors.Engine;

/// <summary>
/// How long things take in the cluster. The defaults are what a real three-node cluster took; <see cref="Scaled"/> makes a
/// demonstration shorter and <see cref="Instant"/> makes everything happen as soon as it can.
/// </summary>
public sealed record ActorTimings
{
    public static readonly ActorTimings Instant = new ActorTimings().Scaled(0);

    public TimeSpan Sandbox { get; init; } = TimeSpan.FromMilliseconds(300);

    public TimeSpan ImagePull { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>One init container.</summary>
    public TimeSpan InitContainer { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a container's start to its readiness, where nothing else is said.</summary>
    public TimeSpan ContainerReady { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From SIGTERM to the end of a pod.</summary>
    public TimeSpan PodStop { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From the agent's start to the CNI configuration on the node.</summary>
    public TimeSpan AgentWritesCniConf { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the agent's start to its readiness.</summary>
    public TimeSpan AgentReady { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>From the agent's start to a fatal error in its configuration.</summary>
    public TimeSpan AgentFatal { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The operator's CRDs, all of them.</summary>
    public TimeSpan CiliumCrds { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a started agent needs before it knows its peers.</summary>
    public TimeSpan HealthFirstProbe { get; init; } = TimeSpan.FromSeconds(116);

    /// <summary>First delay of a crash loop; it doubles up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Renewal of node leases; null leaves them as they were made.</summary>
    public TimeSpan? LeaseRenewal { get; init; }

    /// <summary>Everything multiplied; back-off of crash loops stays, so that a factor of 0 can't spin.</summary>
    public ActorTimings Scaled(double factor) => this with
    {
        Sandbox = Sandbox * factor,
        ImagePull = ImagePull * factor,
        InitContainer = InitContainer * factor,
        ContainerReady = ContainerReady * factor,
        PodStop = PodStop * factor,
        AgentWritesCniConf = AgentWritesCniConf * factor,
        AgentReady = AgentReady * factor,
        AgentFatal = AgentFatal * factor,
        CiliumCrds = CiliumCrds * factor,
        HealthFirstProbe = HealthFirstProbe * factor,
    };
}
