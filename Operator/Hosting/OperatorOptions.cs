using NetProfile.Helm;
using NetProfile.Hosting.Telemetry;
using NetProfile.Kubernetes.Client;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.Hosting.StatusPage;

namespace NetProfile.Hosting;

/// <summary>What the verb <c>operator</c> can be told; flags come before environment variables.</summary>
public sealed record OperatorOptions
{
    public ClientConfigurationOptions Client { get; init; } = new();

    public bool LeaderElect { get; init; } = true;

    /// <summary>null: the operator's own namespace.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>Where /healthz and /readyz are served; port 0 takes a free one.</summary>
    public string HealthAddress { get; init; } = "127.0.0.1:9988";

    /// <summary>The pod's UID (POD_UID); null outside of a pod.</summary>
    public string? PodUid { get; init; }

    /// <summary>How node agents are started.</summary>
    public NodeAgentLaunch NodeAgent { get; init; } = new();

    public HelmOptions Helm { get; init; } = new();

    public StatusPageOptions StatusPage { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>How patient the operator is with a roll of the agents.</summary>
    public RolloutLimits Rollout { get; init; } = new();

    /// <summary>A reconcile that is under way at SIGTERM is waited for as long as this: helm must end by itself.</summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromMinutes(6);
}
