using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>Where a DaemonSet that is to go stands, by its own words. Pure.</summary>
internal static class ParkedDaemonSet
{
    /// <summary>Its pods' node selector is one that no node has.</summary>
    public static bool IsParked(V1DaemonSet daemonSet) =>
        daemonSet.Spec?.Template?.Spec?.NodeSelector?.ContainsKey(NetworkProfileNames.ParkedNodeSelector) ?? false;

    public static bool IsParkedByUs(V1DaemonSet daemonSet) =>
        IsParked(daemonSet) && (daemonSet.Metadata.Annotations?.ContainsKey(NetworkProfileNames.ParkedAnnotation) ?? false);

    /// <summary>Pods that are there, whether they are wanted or on their way out.</summary>
    public static int Pods(V1DaemonSet daemonSet) =>
        Math.Max(daemonSet.Status?.DesiredNumberScheduled ?? 0, (daemonSet.Status?.CurrentNumberScheduled ?? 0) + (daemonSet.Status?.NumberMisscheduled ?? 0));

    /// <summary>
    /// Parked, and its pods are gone. Those of nodes that nothing is heard of stay in the API until their node is back or deleted;
    /// nothing can be done about them, and they do nothing.
    /// </summary>
    public static bool IsGone(V1DaemonSet daemonSet, IReadOnlyCollection<V1Node> nodes) =>
        IsParked(daemonSet)
        && daemonSet.Status?.ObservedGeneration >= (daemonSet.Metadata.Generation ?? 0)
        && Pods(daemonSet) <= nodes.Count(n => n.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "Unknown");

    /// <summary>When this operator parked it; null when it didn't, or didn't say.</summary>
    public static DateTimeOffset? ParkedAt(V1DaemonSet daemonSet)
    {
        try
        {
            return daemonSet.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ParkedAnnotation) is { } mark
                && (string?)JsonNode.Parse(mark)?["at"] is { } at
                && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parked)
                    ? parked
                    : null;
        }
        catch (JsonException)
        {
            // A person's hand was there; when it was parked is of no importance then.
            return null;
        }
    }

    /// <summary>Who would put it back if it were changed, and what to do there instead; null when nobody would.</summary>
    public static string? OwnerOf(V1DaemonSet daemonSet)
    {
        var labels = daemonSet.Metadata.Labels ?? new Dictionary<string, string>();
        var annotations = daemonSet.Metadata.Annotations ?? new Dictionary<string, string>();
        return (labels, annotations) switch
        {
            _ when labels.ContainsKey("addonmanager.kubernetes.io/mode") => "the cluster's addon manager owns it: switch that addon off",
            _ when labels.ContainsKey("eks.amazonaws.com/component") => $"it is an EKS addon: delete that (aws eks delete-addon --addon-name {daemonSet.Metadata.Name})",
            _ when annotations.TryGetValue("argocd.argoproj.io/tracking-id", out var tracking) => $"Argo CD Application {tracking.Split(':')[0]} owns it: take it out of there",
            _ when labels.TryGetValue("kustomize.toolkit.fluxcd.io/name", out var kustomization) => $"Flux Kustomization {kustomization} owns it: take it out of there",
            _ when labels.TryGetValue("helm.toolkit.fluxcd.io/name", out var helmRelease) => $"Flux HelmRelease {helmRelease} owns it: take it out of there",
            _ when annotations.ContainsKey("objectset.rio.cattle.io/id") => "rke2's or k3s' addon controller owns it: switch the addon off in the server's configuration",
            _ when annotations.TryGetValue("meta.helm.sh/release-name", out var release) => $"Helm release {release} owns it: uninstall that",
            _ => null,
        };
    }
}
