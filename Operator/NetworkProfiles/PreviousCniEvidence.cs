using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles;

/// <summary>Flannel as the API shows it: told by what a DaemonSet runs, not by its name or namespace, which differ between distributions.</summary>
/// <param name="DaemonSets">Of Flannel or canal, as namespace/name.</param>
/// <param name="AnnotatedNodes">Nodes with Flannel's annotations; they stay when Flannel is gone.</param>
internal sealed record PreviousCniEvidence(IReadOnlyList<string> DaemonSets, int AnnotatedNodes)
{
    private const string AnnotationPrefix = "flannel.alpha.coreos.com/";

    public static PreviousCniEvidence Of(NetworkProfileObservation seen) => new(
        [.. seen.DaemonSets.Where(RunsFlannel).Select(d => $"{d.Metadata.Namespace}/{d.Metadata.Name}").Order(StringComparer.Ordinal)],
        seen.Nodes.Count(node => AnnotationsOf(node).Count > 0));

    /// <summary>Keys of Flannel's annotations; they stay when Flannel is gone.</summary>
    public static IReadOnlyList<string> AnnotationsOf(V1Node node) =>
        [.. (node.Metadata.Annotations?.Keys ?? []).Where(key => key.StartsWith(AnnotationPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static bool RunsFlannel(V1DaemonSet daemonSet) =>
        daemonSet.Metadata.Labels?.GetValueOrDefault("app") == "flannel"
        || (daemonSet.Spec?.Template?.Spec?.Containers ?? []).Any(container => container.Image is { } image && ImageName(image).Contains("flannel", StringComparison.Ordinal));

    /// <summary>"docker.io/flannel/flannel:v0.28.9" and "rancher/hardened-flannel@sha256:…" without registry, tag and digest.</summary>
    private static string ImageName(string image)
    {
        var path = image.Split('@')[0];
        var slash = path.LastIndexOf('/');
        var colon = path.IndexOf(':', slash + 1);
        return colon < 0 ? path : path[..colon];
    }
}
