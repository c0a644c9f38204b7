using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles;

/// <summary>Flannel as the API shows it: told by what a DaemonSet runs, not by its name or namespace, which differ between distributions.</summary>
internal sealed record PreviousCniEvidence
{
    private const string AnnotationPrefix = "flannel.alpha.coreos.com/";

    public const string BackendAnnotation = AnnotationPrefix + "backend-type";

    /// <summary>DaemonSets of Flannel or canal, parked ones too, by namespace and name.</summary>
    public required IReadOnlyList<V1DaemonSet> Workloads { get; init; }

    /// <summary>Those of them that aren't parked with all their pods gone, as namespace/name.</summary>
    public required IReadOnlyList<string> DaemonSets { get; init; }

    /// <summary>Nodes with Flannel's annotations; they stay when Flannel is gone.</summary>
    public required int AnnotatedNodes { get; init; }

    public bool IsParked => Workloads.Count > 0 && Workloads.All(ParkedDaemonSet.IsParked);

    public static PreviousCniEvidence Of(NetworkProfileObservation seen)
    {
        var workloads = WorkloadsOf(seen.DaemonSets);
        return new PreviousCniEvidence
        {
            Workloads = workloads,
            DaemonSets = [.. workloads.Where(d => !ParkedDaemonSet.IsGone(d, seen.Nodes)).Select(NameOf)],
            AnnotatedNodes = seen.Nodes.Count(node => AnnotationsOf(node).Count > 0),
        };
    }

    public static IReadOnlyList<V1DaemonSet> WorkloadsOf(IEnumerable<V1DaemonSet> daemonSets) => [.. daemonSets.Where(RunsFlannel).OrderBy(NameOf, StringComparer.Ordinal)];

    /// <summary>Why Flannel can't be taken away by this operator, and what a person does about it; null when it can.</summary>
    public static string? Untouchable(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (EmbeddedFlannel.Running(spec.PreviousCNI.Kind, seen.Nodes) is { } embedded)
        {
            return embedded;
        }

        var owned = Of(seen).Workloads.Where(d => !ParkedDaemonSet.IsParked(d)).Select(d => (Name: NameOf(d), Owner: DistributionOwner(d, seen.Nodes) ?? ControllerOf(d))).FirstOrDefault(d => d.Owner is not null);
        return owned.Owner is null ? null : $"DaemonSet {owned.Name} runs Flannel, and {owned.Owner}";
    }

    /// <summary>Keys of Flannel's annotations; they stay when Flannel is gone.</summary>
    public static IReadOnlyList<string> AnnotationsOf(V1Node node) =>
        [.. (node.Metadata.Annotations?.Keys ?? []).Where(key => key.StartsWith(AnnotationPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    internal static string NameOf(V1DaemonSet daemonSet) => $"{daemonSet.Metadata.Namespace}/{daemonSet.Metadata.Name}";

    /// <summary>A Helm release alone puts nothing back: its DaemonSet can be parked, and it is uninstalled at the end.</summary>
    private static string? ControllerOf(V1DaemonSet daemonSet) =>
        ParkedDaemonSet.OwnerOf(daemonSet) is { } owner && !owner.StartsWith("Helm release ", StringComparison.Ordinal) ? owner : null;

    private static string? DistributionOwner(V1DaemonSet daemonSet, IReadOnlyCollection<V1Node> nodes) =>
        nodes.Any(n => n.Status?.NodeInfo?.KubeletVersion?.Contains("+rke2", StringComparison.Ordinal) ?? false)
        && (daemonSet.Metadata.Annotations?.GetValueOrDefault("meta.helm.sh/release-name") ?? daemonSet.Metadata.Name ?? "").StartsWith("rke2-", StringComparison.Ordinal)
            ? "rke2's helm controller installs it from the servers' configuration: set \"cni: none\" in /etc/rancher/rke2/config.yaml of every server, remove the chart "
              + $"(kubectl -n kube-system delete helmchart {daemonSet.Metadata.Annotations?.GetValueOrDefault("meta.helm.sh/release-name") ?? daemonSet.Metadata.Name}), and restart rke2-server on each"
            : null;

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
