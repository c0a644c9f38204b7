namespace NetProfile.SimulatedCluster;

public sealed record ClusterOptions
{
    /// <summary>What /version says.</summary>
    public string KubernetesVersion { get; init; } = "1.35.0";

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The administrator's certificate is in the kubeconfig; plain HTTP leaves everybody an administrator and is faster.</summary>
    public bool Https { get; init; } = true;

    /// <summary>Garbage collector, namespace controller and ServiceAccount controller.</summary>
    public bool Controllers { get; init; } = true;

    /// <summary>Loopback port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How many changes of each resource a watch can go back.</summary>
    public int HistoryLimit { get; init; } = 8192;
}
