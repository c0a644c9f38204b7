using System.Globalization;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>Flannel's and kube-proxy's objects, in the shapes that distributions give them.</summary>
internal static partial class Manifests
{
    private const string DaemonPod = """
              hostNetwork: true
              priorityClassName: system-node-critical
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - matchExpressions:
                          - {key: kubernetes.io/os, operator: In, values: [linux]}
              tolerations:
                - {operator: Exists, effect: NoSchedule}
        """;

    /// <summary>kube-flannel by its usual names; in kube-system it is the manifest of before 0.20.</summary>
    public static string Flannel(FlannelOptions options) => NamespaceOf(options.Namespace) + $$$"""
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: flannel, namespace: {{{options.Namespace}}}, labels: {k8s-app: flannel}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: flannel, labels: {k8s-app: flannel}}
        rules:
          - {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
          - {apiGroups: [""], resources: [nodes/status], verbs: [patch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: flannel, labels: {k8s-app: flannel}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: flannel}
        subjects:
          - {kind: ServiceAccount, name: flannel, namespace: {{{options.Namespace}}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: kube-flannel-cfg
          namespace: {{{options.Namespace}}}
          labels: {tier: node, k8s-app: flannel, app: flannel}
        data:
          cni-conf.json: '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}'
          net-conf.json: '{{{NetConf(options)}}}'
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: kube-flannel-ds
          namespace: {{{options.Namespace}}}
          labels: {tier: node, app: flannel, k8s-app: flannel}
        spec:
          selector:
            matchLabels: {app: flannel}
          template:
            metadata:
              labels: {tier: node, app: flannel}
            spec:
              serviceAccountName: flannel
        {{{DaemonPod}}}
              initContainers:
                - {name: install-cni-plugin, image: "ghcr.io/flannel-io/flannel-cni-plugin:v1.9.0-flannel1", command: [cp]}
                - {name: install-cni, image: "ghcr.io/flannel-io/flannel:v0.28.9", command: [cp]}
              containers:
                - {name: kube-flannel, image: "ghcr.io/flannel-io/flannel:v0.28.9", command: [/opt/bin/flanneld], args: [--ip-masq, --kube-subnet-mgr]}
              volumes:
                - {name: run, hostPath: {path: /run/flannel}}
                - {name: cni-plugin, hostPath: {path: /opt/cni/bin}}
                - {name: cni, hostPath: {path: /etc/cni/net.d}}
                - {name: flannel-cfg, configMap: {name: kube-flannel-cfg}}
        """;

    /// <summary>Calico's policies on Flannel's network: one pod with both programs.</summary>
    /// <param name="name">canal, or rke2-canal.</param>
    /// <param name="annotations">Of the DaemonSet, as flow YAML.</param>
    public static string Canal(string name = "canal", string annotations = "{}", string labels = "{k8s-app: canal}") => $$$"""
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: canal, namespace: kube-system}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{{name}}}-config, namespace: kube-system}
        data:
          typha_service_name: none
          net-conf.json: '{{{NetConf(new FlannelOptions())}}}'
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: {{{name}}}, namespace: kube-system, labels: {{{labels}}}, annotations: {{{annotations}}}}
        spec:
          selector:
            matchLabels: {k8s-app: canal}
          template:
            metadata:
              labels: {k8s-app: canal}
            spec:
              serviceAccountName: canal
        {{{DaemonPod}}}
              initContainers:
                - {name: install-cni, image: "docker.io/calico/cni:v3.31.0", command: [/opt/cni/bin/install]}
              containers:
                - {name: calico-node, image: "docker.io/calico/node:v3.31.0"}
                - {name: kube-flannel, image: "docker.io/flannel/flannel:v0.28.9", command: [/opt/bin/flanneld], args: [--ip-masq, --kube-subnet-mgr]}
              volumes:
                - {name: cni-net-dir, hostPath: {path: /etc/cni/net.d}}
                - {name: flannel-cfg, configMap: {name: {{{name}}}-config}}
        """;

    /// <summary>What rke2 itself brings: the kind, and the chart of its CNI.</summary>
    public static string Rke2Chart => """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: helmcharts.helm.cattle.io}
        spec:
          group: helm.cattle.io
          scope: Namespaced
          names: {plural: helmcharts, singular: helmchart, kind: HelmChart, listKind: HelmChartList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: {name: rke2-canal, namespace: kube-system, annotations: {helm.cattle.io/chart-url: "https://rke2-charts.rancher.io/assets/rke2-canal/rke2-canal-v3.31.0.tgz"}}
        spec: {bootstrap: true, chartContent: ""}
        """;

    /// <param name="mode">iptables, ipvs or nftables.</param>
    public static string KubeProxy(string mode) => $$$"""
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: kube-proxy, namespace: kube-system}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kube-proxy, namespace: kube-system, labels: {app: kube-proxy}}
        data:
          config.conf: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: {{{(mode == "iptables" ? "\\\"\\\"" : mode)}}}\nclusterCIDR: 10.244.0.0/16\n"
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: kube-proxy, namespace: kube-system, labels: {k8s-app: kube-proxy}}
        spec:
          selector:
            matchLabels: {k8s-app: kube-proxy}
          updateStrategy: {type: RollingUpdate}
          template:
            metadata:
              labels: {k8s-app: kube-proxy}
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              serviceAccountName: kube-proxy
              nodeSelector: {kubernetes.io/os: linux}
              tolerations:
                - {operator: Exists}
              containers:
                - {name: kube-proxy, image: "registry.k8s.io/kube-proxy:v1.35.0", command: [/usr/local/bin/kube-proxy]}
        """;

    private static string NamespaceOf(string name) => name == "kube-system" ? "" : $$$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {{{name}}}
          labels: {k8s-app: flannel, pod-security.kubernetes.io/enforce: privileged}
        spec:
          finalizers: [kubernetes]
        ---

        """;

    private static string NetConf(FlannelOptions options)
    {
        var v6 = options.DualStack ? "\"EnableIPv6\":true,\"IPv6Network\":\"fd00:10:244::/48\"," : "";
        return string.Create(CultureInfo.InvariantCulture, $$$"""{"Network":"10.244.0.0/16",{{{v6}}}"EnableNFTables":{{{(options.Nftables ? "true" : "false")}}},"Backend":{"Type":"{{{options.Backend}}}"}}""");
    }
}

/// <summary>How Flannel is installed.</summary>
public sealed record FlannelOptions
{
    public string Namespace { get; init; } = "kube-flannel";

    /// <summary>vxlan or host-gw.</summary>
    public string Backend { get; init; } = "vxlan";

    public bool Nftables { get; init; }

    public bool DualStack { get; init; }
}
