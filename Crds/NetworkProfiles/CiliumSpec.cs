using System.Text.Json.Nodes;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record CiliumSpec
{
    /// <summary>The Cilium version, for instance 1.19.6. There is no default: no jump happens unasked.</summary>
    public string? Version { get; init; }

    /// <summary>The namespace of the Helm release. Can't be changed.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name of the Helm release. Can't be changed.</summary>
    public string? ReleaseName { get; init; }

    /// <summary>Where the chart comes from.</summary>
    public ChartSpec? Chart { get; init; }

    /// <summary>Helm values for what the typed fields of this spec don't cover. A key that a typed field owns is refused by name.</summary>
    public JsonObject? Values { get; init; }

    /// <summary>ConfigMaps and Secrets in the release's namespace with more Helm values, merged in this order; values wins over them.</summary>
    public IReadOnlyList<ValuesReference>? ValuesFrom { get; init; }
}

public sealed record ChartSpec
{
    /// <summary>An https:// chart repository, an oci:// registry path without the chart's name, or a folder or file in the operator's image that starts with a slash.</summary>
    public string? Repository { get; init; }

    /// <summary>The sha256 digest of the packaged chart. A chart with another digest is refused.</summary>
    public string? Digest { get; init; }
}

public sealed record ValuesReference
{
    /// <summary>What holds the values.</summary>
    public ValuesReferenceKind? Kind { get; init; }

    /// <summary>The name of the ConfigMap or Secret, in the release's namespace.</summary>
    public string? Name { get; init; }

    /// <summary>The key whose content is a YAML document of values.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the object or key may be missing.</summary>
    public bool? Optional { get; init; }
}
