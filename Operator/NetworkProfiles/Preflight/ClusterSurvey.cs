namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>What only the preflight reads of the API. What isn't needed for the spec at hand isn't read, and then stays as it is here.</summary>
public sealed record ClusterSurvey
{
    public static readonly ClusterSurvey None = new();

    public IReadOnlyList<ServiceNetwork> ServiceCidrs { get; init; } = [];

    /// <summary>Names of the API groups that are served.</summary>
    public IReadOnlyList<string> ApiGroups { get; init; } = [];

    /// <summary>Resources of gateway.networking.k8s.io that are served; null when nobody asked for them.</summary>
    public IReadOnlyList<string>? GatewayApiResources { get; init; }

    /// <summary>Those that are there although no agent is: at most some hundreds.</summary>
    public IReadOnlyList<LeftCiliumNode> CiliumNodes { get; init; } = [];

    /// <summary>What is wrong with the Secret of IPsec keys, without any of its content; null when nothing is, or none is needed.</summary>
    public string? IPsecKeysProblem { get; init; }

    /// <summary>HelmCharts of k3s and rke2 as namespace/name.</summary>
    public IReadOnlyList<string> HelmCharts { get; init; } = [];
}

/// <param name="Cidr">A range, or a single address.</param>
/// <param name="Source">Where it stands.</param>
public sealed record ServiceNetwork(string Cidr, string Source);

public sealed record LeftCiliumNode(string Name, IReadOnlyList<string> PodCidrs);
