using System.Text.Json.Nodes;
using NetProfile.Crds.Schema;

namespace NetProfile.Crds.NetworkProfiles;

public sealed record CiliumSpec
{
    /// <summary>The Cilium version, for instance 1.19.6. There is no default: no jump happens unasked.</summary>
    [Schema(Required = true, Pattern = Patterns.Version, MaxLength = 64)]
    public string? Version { get; init; }

    /// <summary>The namespace of the Helm release. Can't be changed.</summary>
    [Schema(DefaultJson = "\"kube-system\"", Pattern = Patterns.DnsLabel, MaxLength = 63)]
    [Cel("self == oldSelf", "spec.cilium.namespace can't be changed, because Helm can't move a release: put the old namespace back, or delete this NetworkProfile with deletionPolicy Uninstall and make a new one")]
    public string? Namespace { get; init; }

    /// <summary>The name of the Helm release. Can't be changed.</summary>
    [Schema(DefaultJson = "\"cilium\"", Pattern = Patterns.DnsLabel, MaxLength = 53)]
    [Cel("self == oldSelf", "spec.cilium.releaseName can't be changed, because Helm can't rename a release: put the old name back, or delete this NetworkProfile with deletionPolicy Uninstall and make a new one")]
    public string? ReleaseName { get; init; }

    /// <summary>Where the chart comes from.</summary>
    public ChartSpec? Chart { get; init; }

    /// <summary>Helm values for what the typed fields of this spec don't cover. A key that a typed field owns is refused by name.</summary>
    public JsonObject? Values { get; init; }

    /// <summary>ConfigMaps and Secrets in the release's namespace with more Helm values, merged in this order; values wins over them.</summary>
    [Schema(MaxItems = 32)]
    public IReadOnlyList<ValuesReference>? ValuesFrom { get; init; }
}

public sealed record ChartSpec
{
    /// <summary>An https:// chart repository, an oci:// registry path without the chart's name, or a folder or file in the operator's image that starts with a slash.</summary>
    [Schema(AssumedJson = "\"https://helm.cilium.io\"", Pattern = Patterns.ChartRepository, MaxLength = 2048)]
    public string? Repository { get; init; }

    /// <summary>The sha256 digest of the packaged chart. A chart with another digest is refused.</summary>
    [Schema(Pattern = Patterns.Sha256, MaxLength = 71)]
    public string? Digest { get; init; }
}

public sealed record ValuesReference
{
    /// <summary>What holds the values.</summary>
    [Schema(Required = true)]
    public ValuesReferenceKind? Kind { get; init; }

    /// <summary>The name of the ConfigMap or Secret, in the release's namespace.</summary>
    [Schema(Required = true, Pattern = Patterns.DnsSubdomain, MaxLength = 253)]
    public string? Name { get; init; }

    /// <summary>The key whose content is a YAML document of values.</summary>
    [Schema(DefaultJson = "\"values.yaml\"", Pattern = Patterns.DataKey, MaxLength = 253)]
    public string? Key { get; init; }

    /// <summary>Whether the object or key may be missing.</summary>
    [Schema(DefaultJson = "false")]
    public bool? Optional { get; init; }
}
