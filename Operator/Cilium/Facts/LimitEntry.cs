namespace NetProfile.Cilium.Facts;

/// <summary>What has to be so for a limit to matter.</summary>
internal enum LimitCondition
{
    /// <summary>There is no release yet.</summary>
    Install,

    KubeProxyReplacement,

    BandwidthManager,

    /// <summary>Flannel runs, or has run.</summary>
    Flannel,
}

/// <summary>
/// limits.json: what a platform does not let Cilium do, or does itself. Everything that is given must be found: the platform's kind as
/// status.platform has it, an API group, a DaemonSet's name, and one node on which all that is said of nodes holds.
/// </summary>
internal sealed record LimitEntry
{
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    public string? Platform { get; init; }

    public string? ApiGroup { get; init; }

    public string? DaemonSet { get; init; }

    /// <summary>key or key=value.</summary>
    public string? NodeLabel { get; init; }

    /// <summary>How the node's osImage begins.</summary>
    public string? OsImage { get; init; }

    /// <summary>A part of the kernel's release.</summary>
    public string? Kernel { get; init; }

    /// <summary>A switch that a k3s or rke2 server was started without.</summary>
    public string? ServerLacks { get; init; }

    public IReadOnlyList<LimitCondition>? When { get; init; }

    public bool Blocks { get; init; }

    public required string Means { get; init; }

    public required string Do { get; init; }

    public required string Source { get; init; }

    public bool IsAboutNodes => NodeLabel is not null || OsImage is not null || Kernel is not null || ServerLacks is not null;
}

internal sealed record LimitsDocument(IReadOnlyList<LimitEntry> Limits);
