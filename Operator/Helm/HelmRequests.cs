using System.Text.Json.Nodes;

namespace NetProfile.Helm;

public readonly record struct HelmReleaseName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>Repository is an <c>https://</c> index, an <c>oci://</c> reference without the chart's name, or a local folder or file.</summary>
public sealed record HelmChart
{
    public required string Repository { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sha256:…</c> of the packaged chart; null when not pinned.</summary>
    public string? Digest { get; init; }
}

public sealed record LocalChart
{
    public required string Path { get; init; }

    public required string Version { get; init; }

    /// <summary><c>sha256:…</c> of the .tgz, or of the folder's files in order.</summary>
    public required string Digest { get; init; }
}

public sealed record HelmUpgrade
{
    public required HelmReleaseName Release { get; init; }

    public required LocalChart Chart { get; init; }

    public required JsonObject Values { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Stored with the revision once it has succeeded.</summary>
    public string? Description { get; init; }

    /// <summary>The mark that Unmanaged is told by and Locked is resolved with (<see cref="HelmMark.ToLabels"/>); stored from the pending revision on.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Win server-side apply conflicts; only for objects that the release itself owns.</summary>
    public bool ForceConflicts { get; init; }

    public bool TakeOwnership { get; init; }

    public bool CreateNamespace { get; init; }

    public bool DryRunServer { get; init; }

    /// <summary>For <c>helm template</c> only, e.g. "1.35.0".</summary>
    public string? KubeVersion { get; init; }

    /// <summary>For <c>helm template</c> only: what charts ask <c>.Capabilities.APIVersions</c> for, e.g. "monitoring.coreos.com/v1".</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];
}
