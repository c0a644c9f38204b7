using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// k3s runs Flannel inside of its own process, without a DaemonSet and without a process of its name: it would go on, or come back,
/// under the hands of a cleaning. Only the servers' arguments tell whether it was turned off.
/// </summary>
internal static class EmbeddedFlannel
{
    private const string ArgumentsAnnotation = "k3s.io/node-args";

    /// <summary>Why Flannel may still run; null when it does not.</summary>
    public static string? Running(PreviousCniKind kind, IReadOnlyCollection<V1Node> nodes)
    {
        if (nodes.FirstOrDefault(n => IsK3s(n) && PreviousCniEvidence.AnnotationsOf(n).Count > 0) is not { } traced)
        {
            return null;
        }

        var servers = nodes
            .Where(IsK3s)
            .Select(n => n.Metadata.Annotations?.GetValueOrDefault(ArgumentsAnnotation))
            .OfType<string>()
            .Where(arguments => arguments.Contains("\"server\"", StringComparison.Ordinal))
            .ToList();
        var off = servers.Count > 0 ? servers.TrueForAll(IsOff) : kind == PreviousCniKind.Flannel;
        return off ? null
            : $"k3s runs Flannel itself (node {traced.Metadata.Name}): on every server write flannel-backend: none and disable-network-policy: true into /etc/rancher/k3s/config.yaml (or start it with --flannel-backend=none --disable-network-policy) "
              + "and run systemctl restart k3s, then systemctl restart k3s-agent on every agent; running pods keep their network, and it goes on from there by itself";
    }

    private static bool IsK3s(V1Node node) => node.Status?.NodeInfo?.KubeletVersion?.Contains("+k3s", StringComparison.Ordinal) ?? false;

    private static bool IsOff(string arguments) =>
        arguments.Contains("\"--flannel-backend\",\"none\"", StringComparison.Ordinal) || arguments.Contains("\"--flannel-backend=none\"", StringComparison.Ordinal);
}
