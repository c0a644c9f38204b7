using NetProfile.Kubernetes.Models;

namespace NetProfile.Cilium.Health;

/// <summary>What Cilium's charts call things; the same in every supported minor.</summary>
public static class ComponentNames
{
    public const string AgentDaemonSet = "cilium";
    public const string EnvoyDaemonSet = "cilium-envoy";
    public const string OperatorDeployment = "cilium-operator";
    public const string RelayDeployment = "hubble-relay";
    public const string UiDeployment = "hubble-ui";
    public const string ClusterMeshDeployment = "clustermesh-apiserver";
    public const string ConfigMap = "cilium-config";
    public const string AgentContainer = "cilium-agent";

    /// <summary>On the agents' pods: of the settings as the chart rendered them, so that other settings replace the agents.</summary>
    public const string ConfigChecksumAnnotation = "cilium.io/cilium-configmap-checksum";

    /// <summary>Cilium's own taint on a node whose agent isn't ready.</summary>
    public const string AgentNotReadyTaint = "node.cilium.io/agent-not-ready";

    /// <summary>The label selector of the component's pods, for a list request.</summary>
    public static string SelectorOf(CiliumComponent component)
    {
        var (key, value) = LabelOf(component);
        return $"{key}={value}";
    }

    public static bool IsPodOf(CiliumComponent component, V1Pod pod)
    {
        var (key, value) = LabelOf(component);
        return pod.Metadata.Labels is { } labels && labels.TryGetValue(key, out var actual) && actual == value;
    }

    private static (string Key, string Value) LabelOf(CiliumComponent component) => component switch
    {
        CiliumComponent.Agent => ("k8s-app", "cilium"),
        CiliumComponent.Envoy => ("k8s-app", "cilium-envoy"),
        CiliumComponent.Operator => ("name", "cilium-operator"),
        CiliumComponent.HubbleRelay => ("k8s-app", "hubble-relay"),
        CiliumComponent.HubbleUi => ("k8s-app", "hubble-ui"),
        CiliumComponent.ClusterMesh => ("k8s-app", "clustermesh-apiserver"),
        _ => throw new ArgumentOutOfRangeException(nameof(component)),
    };
}
