using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>How k3s or rke2 was started on a node, as it writes it on the Node: <c>["server","--disable-kube-proxy"]</c>. Its configuration file's settings are among them.</summary>
internal sealed record DistributionArguments(string Json)
{
    private static readonly string[] s_annotations = ["k3s.io/node-args", "rke2.io/node-args"];

    public static DistributionArguments Of(V1Node node) =>
        new(s_annotations.Select(key => node.Metadata.Annotations?.GetValueOrDefault(key)).FirstOrDefault(text => text is not null) ?? "");

    public bool IsServer => Json.Contains("\"server\"", StringComparison.Ordinal);

    /// <summary>As a switch, or with the value true.</summary>
    public bool Has(string flag) =>
        !Json.Contains($"\"{flag}=false\"", StringComparison.Ordinal)
        && !Json.Contains($"\"{flag}\",\"false\"", StringComparison.Ordinal)
        && (Json.Contains($"\"{flag}\"", StringComparison.Ordinal) || Json.Contains($"\"{flag}=true\"", StringComparison.Ordinal));
}
