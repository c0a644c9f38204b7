using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.KubeProxy;

/// <summary>kube-proxy as kubeadm and most installers run it: a DaemonSet of that name in kube-system.</summary>
internal static class KubeProxyDaemonSet
{
    public const string Namespace = "kube-system";

    public const string Name = "kube-proxy";

    public static V1DaemonSet? Find(NetworkProfileObservation seen) =>
        seen.DaemonSets.FirstOrDefault(d => d.Metadata is { Namespace: Namespace, Name: Name });

    /// <summary>Its pods' node selector is one that no node has.</summary>
    public static bool IsParked(V1DaemonSet daemonSet) =>
        daemonSet.Spec?.Template?.Spec?.NodeSelector?.ContainsKey(NetworkProfileNames.ParkedNodeSelector) ?? false;

    /// <summary>Pods that are there, whether they are wanted or on their way out.</summary>
    public static int Running(V1DaemonSet daemonSet) =>
        Math.Max(daemonSet.Status?.DesiredNumberScheduled ?? 0, (daemonSet.Status?.CurrentNumberScheduled ?? 0) + (daemonSet.Status?.NumberMisscheduled ?? 0));

    public static bool IsReady(V1DaemonSet daemonSet) =>
        daemonSet.Metadata.Generation == daemonSet.Status?.ObservedGeneration
        && daemonSet.Status is { DesiredNumberScheduled: > 0 } status && status.NumberReady == status.DesiredNumberScheduled;

    /// <summary>Who would put it back if it were changed, and what to do there instead; null when nobody would.</summary>
    public static string? OwnerOf(V1DaemonSet daemonSet)
    {
        var labels = daemonSet.Metadata.Labels ?? new Dictionary<string, string>();
        var annotations = daemonSet.Metadata.Annotations ?? new Dictionary<string, string>();
        return (labels, annotations) switch
        {
            _ when labels.ContainsKey("addonmanager.kubernetes.io/mode") => "the cluster's addon manager owns it: switch its kube-proxy addon off",
            _ when labels.ContainsKey("eks.amazonaws.com/component") => "it is an EKS addon: delete that (aws eks delete-addon --addon-name kube-proxy)",
            _ when annotations.TryGetValue("meta.helm.sh/release-name", out var release) => $"Helm release {release} owns it: uninstall that",
            _ when annotations.TryGetValue("argocd.argoproj.io/tracking-id", out var tracking) => $"Argo CD Application {tracking.Split(':')[0]} owns it: take it out of there",
            _ when labels.TryGetValue("kustomize.toolkit.fluxcd.io/name", out var kustomization) => $"Flux Kustomization {kustomization} owns it: take it out of there",
            _ => null,
        };
    }
}
