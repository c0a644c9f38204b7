namespace NetProfile.NetworkProfiles.Agents;

/// <summary>How many pods need a network, and which of them have it from something else than Cilium.</summary>
public sealed record PodCensus
{
    /// <summary>Pods that aren't on their node's network, running or pending: what `cilium status` counts.</summary>
    public required int Pods { get; init; }

    /// <summary>Those of them that have a CiliumEndpoint.</summary>
    public required int Managed { get; init; }

    /// <summary>Those that have an address and no CiliumEndpoint, by name.</summary>
    public required IReadOnlyList<UnmanagedPod> Unmanaged { get; init; }

    /// <summary>Why nothing could be counted.</summary>
    public string? Error { get; init; }

    public TimeSpan? LookAgainAfter { get; init; }
}

/// <param name="Name">As namespace/name.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="Bare">Nothing would make it again.</param>
public sealed record UnmanagedPod(string Name, string Node, bool Bare);
