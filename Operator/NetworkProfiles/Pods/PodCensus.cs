namespace NetProfile.NetworkProfiles.Pods;

/// <summary>How many pods need a network, and which of them have it from something else than Cilium.</summary>
public sealed record PodCensus
{
    /// <summary>Pods that aren't on their node's network, running or pending: what `cilium status` counts.</summary>
    public required int Pods { get; init; }

    /// <summary>Those of them that have a CiliumEndpoint.</summary>
    public required int Managed { get; init; }

    /// <summary>Those that have an address and no CiliumEndpoint, by name; also those on their way out.</summary>
    public required IReadOnlyList<WorkloadPod> Unmanaged { get; init; }

    /// <summary>The other pods of the same owners, and those of the cluster's DNS.</summary>
    public IReadOnlyList<WorkloadPod> Others { get; init; } = [];

    /// <summary>How many pods an owner of unmanaged pods should have.</summary>
    public IReadOnlyDictionary<PodOwner, int> Desired { get; init; } = new Dictionary<PodOwner, int>();

    /// <summary>Pods anywhere that are starting or ending at present.</summary>
    public int InFlight { get; init; }

    /// <summary>When it was counted.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Nodes whose agent is ready and has answered: of others it can't be said whose network their pods have.</summary>
    public IReadOnlySet<string> Nodes { get; init; } = new HashSet<string>();

    /// <summary>Pods that have just begun and have no endpoint yet: whether they are managed can't be told for half a minute.</summary>
    public int Young { get; init; }

    /// <summary>Every pod is known to have its network from Cilium.</summary>
    public bool IsAllManaged => Error is null && Unmanaged.Count == 0 && Young == 0;

    /// <summary>Why nothing could be counted.</summary>
    public string? Error { get; init; }

    public TimeSpan? LookAgainAfter { get; init; }
}
