namespace NetProfile.Kubernetes.Models;

/// <summary><see cref="Type"/> is RollingUpdate, OnDelete (DaemonSet, StatefulSet) or Recreate (Deployment).</summary>
public sealed record V1UpdateStrategy
{
    public string? Type { get; init; }

    public V1RollingUpdate? RollingUpdate { get; init; }
}

public sealed record V1RollingUpdate
{
    public IntOrString? MaxUnavailable { get; init; }

    public IntOrString? MaxSurge { get; init; }

    public int? Partition { get; init; }
}
