using NetProfile.Helm;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>What is there for a hop's sake and goes with it. All of it is absent while nothing is to be upgraded.</summary>
public sealed record HopObservation
{
    public static readonly HopObservation None = new();

    /// <summary>Our DaemonSet that pulls images.</summary>
    public V1DaemonSet? ImagePull { get; init; }

    /// <summary>Revisions of the release with Cilium's own preflight; empty when there is none.</summary>
    public IReadOnlyList<HelmRelease> Preflight { get; init; } = [];

    /// <summary>Who is at work on its newest revision.</summary>
    public PendingHolder PreflightHolder { get; init; }

    public V1DaemonSet? PreflightDaemonSet { get; init; }

    public V1Deployment? PreflightDeployment { get; init; }
}
