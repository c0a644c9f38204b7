using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.KubeProxy;

/// <summary>kube-proxy as kubeadm and most installers run it: a DaemonSet of that name in kube-system.</summary>
internal static class KubeProxyDaemonSet
{
    public const string Namespace = "kube-system";

    public const string Name = "kube-proxy";

    public static V1DaemonSet? Find(NetworkProfileObservation seen) =>
        seen.DaemonSets.FirstOrDefault(d => d.Metadata is { Namespace: Namespace, Name: Name });

    public static bool IsReady(V1DaemonSet daemonSet) =>
        daemonSet.Metadata.Generation == daemonSet.Status?.ObservedGeneration
        && daemonSet.Status is { DesiredNumberScheduled: > 0 } status && status.NumberReady == status.DesiredNumberScheduled;
}
