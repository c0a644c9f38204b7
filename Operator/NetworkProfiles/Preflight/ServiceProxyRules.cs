using NetProfile.NetworkProfiles.KubeProxy;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Somebody has to serve Services: kube-proxy, or Cilium in its place. Without either, agents don't even find the API (measured: pods stay in their first init container).</summary>
internal static class ServiceProxyRules
{
    private const string DisableKubeProxy = "--disable-kube-proxy";

    /// <summary>Here kube-proxy is a DaemonSet, when there is one.</summary>
    private static readonly string[] s_byDaemonSet = ["kubeadm", "kind", "eks", "aks", "talos", "minikube"];

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (input.Spec.KubeProxyReplacement.Enabled || input.Nodes.Count == 0 || HasDaemonSet(input.Seen))
        {
            yield break;
        }

        const string Do = "set spec.kubeProxyReplacement.enabled: true, or install kube-proxy";
        const string Means = "nothing would serve Services, and agents would not find the API server";
        var platform = Platform.Detect(input.Nodes).Kind;
        if (platform == "k3s" && input.Nodes.FirstOrDefault(n => DistributionArguments.Of(n).Has(DisableKubeProxy)) is { } server)
        {
            yield return PreflightFinding.Blocker(PreflightReasons.NoServiceProxy, $"k3s runs with {DisableKubeProxy} (node {server.Metadata.Name}) and spec.kubeProxyReplacement.enabled is false: {Means}; {Do}");
        }
        else if (s_byDaemonSet.Contains(platform))
        {
            yield return PreflightFinding.Blocker(PreflightReasons.NoServiceProxy, $"no DaemonSet runs kube-proxy and spec.kubeProxyReplacement.enabled is false: {Means}; {Do}");
        }
        else if (platform == "unknown" && input.IsInstall)
        {
            yield return PreflightFinding.Warning(PreflightReasons.NoServiceProxy,
                $"no DaemonSet runs kube-proxy and spec.kubeProxyReplacement.enabled is false: unless it runs in another way, {Means}; {Do}");
        }
    }

    /// <summary>A parked one comes back by itself when it is needed.</summary>
    private static bool HasDaemonSet(NetworkProfileObservation seen) =>
        KubeProxyDaemonSet.Find(seen) is not null
        || seen.DaemonSets.Any(d => (d.Spec?.Template?.Spec?.Containers ?? []).Any(c => c.Image?.Contains("kube-proxy", StringComparison.Ordinal) ?? false));
}
