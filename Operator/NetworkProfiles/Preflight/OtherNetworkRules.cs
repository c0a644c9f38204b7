using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Migration;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>Another network beside Cilium, told by what its DaemonSets run, and who would put it back. Flannel is the migration's.</summary>
internal static class OtherNetworkRules
{
    /// <summary>A part of an image's name, what it is, and whether it only lies beside Cilium instead of fighting with it.</summary>
    private static readonly (string Image, string Name, bool Harmless)[] s_networks =
    [
        ("calico/node", "Calico", false),
        ("calico-node", "Calico", false),
        ("weave-kube", "Weave Net", false),
        ("antrea", "Antrea", false),
        ("ovn-kube", "OVN-Kubernetes", false),
        ("ovnkube", "OVN-Kubernetes", false),
        ("kube-ovn", "Kube-OVN", false),
        ("kube-router", "kube-router", false),
        ("amazon-k8s-cni", "the Amazon VPC CNI", false),
        ("azure-cns", "Azure CNI", false),
        ("kindnetd", "kindnet", true),
    ];

    public static IEnumerable<PreflightFinding> Check(PreflightInput input)
    {
        if (!input.IsInstall || input.RawValues().At("cni.chainingMode")?.ToString() is { } chaining and not "none")
        {
            yield break;
        }

        var charts = input.Seen.Survey.HelmCharts;
        foreach (var (daemonSet, network) in input.Seen.DaemonSets.Select(d => (d, NetworkOf(d))).Where(n => n.Item2 is not null).OrderBy(n => n.d.Metadata.Name, StringComparer.Ordinal))
        {
            var (name, harmless) = network!.Value;
            var place = $"{daemonSet.Metadata.Namespace}/{daemonSet.Metadata.Name}";
            var stays = harmless || input.Spec.PreviousCNI.Kind == PreviousCniKind.None;
            yield return new PreflightFinding(!stays, PreflightReasons.OtherNetwork,
                $"DaemonSet {place} runs {name}: {(harmless ? "its routes and rules stay beside Cilium's" : "two networks would write the same CNI configuration, routes and rules, and undo each other's work")}; "
                + $"{WhatToDo(daemonSet, charts)}{(stays ? "" : ", or set spec.previousCNI.kind: None if it must stay")}");
        }
    }

    private static (string Name, bool Harmless)? NetworkOf(V1DaemonSet daemonSet)
    {
        var images = (daemonSet.Spec?.Template?.Spec?.Containers ?? []).Select(c => c.Image ?? "").ToList();
        if (images.Exists(image => image.Contains("flannel", StringComparison.Ordinal)) || daemonSet.Status is { DesiredNumberScheduled: 0 })
        {
            return null;
        }

        return s_networks.Where(n => images.Exists(image => image.Contains(n.Image, StringComparison.Ordinal))).Select(n => ((string, bool)?)(n.Name, n.Harmless)).FirstOrDefault();
    }

    /// <summary>Deleting the DaemonSet helps only where nothing makes it again.</summary>
    private static string WhatToDo(V1DaemonSet daemonSet, IReadOnlyList<string> charts)
    {
        var chart = charts.FirstOrDefault(c => c[(c.IndexOf('/', StringComparison.Ordinal) + 1)..] is var name && name.StartsWith("rke2-", StringComparison.Ordinal) && daemonSet.Metadata.Name!.Contains(name["rke2-".Length..], StringComparison.Ordinal));
        return chart is not null
            ? $"HelmChart {chart} would make it again: set 'cni: none' in /etc/rancher/rke2/config.yaml on every server, restart rke2-server, and delete that HelmChart"
            : ParkedDaemonSet.OwnerOf(daemonSet) is { } owner ? $"{owner}, then delete the DaemonSet" : "delete the DaemonSet, and what it leaves on the nodes";
    }
}
