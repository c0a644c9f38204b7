using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Hops;

internal enum PreflightVerdict
{
    Running,
    Passed,
    Failed,
}

/// <summary>
/// Cilium's own preflight: its chart of the next minor as a release of its own, which checks the policies in the cluster against that
/// version. Judged by its workloads and taken away before the real release is touched. Pure.
/// </summary>
internal static class CiliumPreflight
{
    /// <summary>Not the name of Cilium's guide, so that one made by hand is never taken for ours.</summary>
    public const string ReleaseName = "netprofile-preflight";

    public static HelmReleaseName ReleaseIn(string ns) => new(ns, ReleaseName);

    /// <summary>Whether the running release is of another minor than the next, and older.</summary>
    public static bool IsNeeded(string running, string next) =>
        CiliumVersion.TryParse(running, out var from) && CiliumVersion.TryParse(next, out var to) && to > from && !to.SameMinor(from);

    public static (PreflightVerdict Verdict, string Text) Judge(NetworkProfileObservation seen)
    {
        var failing = seen.Pods.Where(IsPodOf).SelectMany(p => PodDiagnosis.Of(p, seen.ObservedAt).Where(t => t.CrashLoop).Select(t => $"{p.Metadata.Name} on {p.Spec?.NodeName}: {t.Text}")).ToList();
        if (failing.Count > 0)
        {
            return (PreflightVerdict.Failed, Summary.Of(failing, most: 3));
        }

        var (daemonSet, deployment) = (seen.Hop.PreflightDaemonSet, seen.Hop.PreflightDeployment);
        var (desired, ready) = (daemonSet?.Status?.DesiredNumberScheduled ?? 0, daemonSet?.Status?.NumberReady ?? 0);
        var nodes = desired > 0 && daemonSet!.Status!.ObservedGeneration >= (daemonSet.Metadata.Generation ?? 0) && ready + LostNodes.Of(seen).Count >= desired;
        var policies = deployment is null || (deployment.Status?.ObservedGeneration >= (deployment.Metadata.Generation ?? 0) && deployment.Status.ReadyReplicas >= 1);
        return nodes && policies
            ? (PreflightVerdict.Passed, "")
            : (PreflightVerdict.Running, $"{ready} of {desired} nodes are ready for it, and the policies are {(policies ? "valid" : "being checked")}");
    }

    private static bool IsPodOf(V1Pod pod) => pod.Metadata.Labels?.GetValueOrDefault("k8s-app")?.StartsWith(PreflightValues.WorkloadName, StringComparison.Ordinal) ?? false;
}

/// <summary>Nodes whose kubelet nothing is heard of: nobody waits for them.</summary>
internal static class LostNodes
{
    public static HashSet<string> Of(NetworkProfileObservation seen) =>
    [
        .. seen.Nodes.Where(n => n.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "Unknown").Select(n => n.Metadata.Name!),
    ];
}
