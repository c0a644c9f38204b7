using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles;

/// <summary>What kind of cluster this is, told by its nodes: an operator inside of it sees neither kubeconfig names nor cloud accounts.</summary>
internal static class Platform
{
    public static PlatformStatus Detect(IReadOnlyCollection<V1Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (Of(node) is var (kind, evidence))
            {
                return new PlatformStatus { Kind = kind, Evidence = $"node {node.Metadata.Name}: {evidence}" };
            }
        }

        return new PlatformStatus { Kind = "unknown", Evidence = nodes.Count == 0 ? "there are no nodes" : "no node shows a mark of a known distribution" };
    }

    private static (string Kind, string Evidence)? Of(V1Node node)
    {
        var version = node.Status?.NodeInfo?.KubeletVersion ?? "";
        var provider = node.Spec?.ProviderID ?? "";
        var image = node.Status?.NodeInfo?.OsImage ?? "";
        var labels = node.Metadata.Labels ?? new Dictionary<string, string>();
        var annotations = node.Metadata.Annotations ?? new Dictionary<string, string>();
        return (version, provider, image) switch
        {
            _ when version.Contains("+k3s", StringComparison.Ordinal) => ("k3s", $"kubelet {version}"),
            _ when version.Contains("+rke2", StringComparison.Ordinal) => ("rke2", $"kubelet {version}"),
            _ when version.Contains("-eks-", StringComparison.Ordinal) => ("eks", $"kubelet {version}"),
            _ when version.Contains("-gke.", StringComparison.Ordinal) => ("gke", $"kubelet {version}"),
            _ when provider.StartsWith("kind://", StringComparison.Ordinal) => ("kind", $"providerID {provider}"),
            _ when labels.ContainsKey("kubernetes.azure.com/cluster") => ("aks", "label kubernetes.azure.com/cluster"),
            _ when image.StartsWith("Talos", StringComparison.Ordinal) => ("talos", $"osImage {image}"),
            _ when labels.ContainsKey("minikube.k8s.io/name") => ("minikube", "label minikube.k8s.io/name"),
            _ when labels.ContainsKey("microk8s.io/cluster") => ("microk8s", "label microk8s.io/cluster"),
            _ when labels.ContainsKey("node.openshift.io/os_id") => ("openshift", "label node.openshift.io/os_id"),
            _ when annotations.ContainsKey("kubeadm.alpha.kubernetes.io/cri-socket") => ("kubeadm", "annotation kubeadm.alpha.kubernetes.io/cri-socket"),
            _ => null,
        };
    }
}
