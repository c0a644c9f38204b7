using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>What a kubeadm cluster with Flannel has, by its usual names; short forms of our own.</summary>
internal static class Manifests
{
    public const string Flannel = """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: kube-flannel
          labels: {k8s-app: flannel, pod-security.kubernetes.io/enforce: privileged}
        spec:
          finalizers: [kubernetes]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: flannel, namespace: kube-flannel, labels: {k8s-app: flannel}}
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
          - {kind: ServiceAccount, name: flannel, namespace: kube-flannel}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: kube-flannel-cfg
          namespace: kube-flannel
          labels: {tier: node, k8s-app: flannel, app: flannel}
        data:
          cni-conf.json: '{"name":"cbr0","cniVersion":"0.3.1","plugins":[{"type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}},{"type":"portmap","capabilities":{"portMappings":true}}]}'
          net-conf.json: '{"Network":"10.244.0.0/16","EnableNFTables":false,"Backend":{"Type":"vxlan"}}'
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: kube-flannel-ds
          namespace: kube-flannel
          labels: {tier: node, app: flannel, k8s-app: flannel}
        spec:
          selector:
            matchLabels: {app: flannel}
          template:
            metadata:
              labels: {tier: node, app: flannel}
            spec:
              hostNetwork: true
              priorityClassName: system-node-critical
              serviceAccountName: flannel
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - matchExpressions:
                          - {key: kubernetes.io/os, operator: In, values: [linux]}
              tolerations:
                - {operator: Exists, effect: NoSchedule}
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

    public const string KubeProxy = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: kube-proxy, namespace: kube-system}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: kube-proxy, namespace: kube-system, labels: {app: kube-proxy}}
        data:
          config.conf: "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: \"\"\nclusterCIDR: 10.244.0.0/16\n"
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

    public const string CoreDns = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
        spec:
          replicas: 2
          selector:
            matchLabels: {k8s-app: kube-dns}
          template:
            metadata:
              labels: {k8s-app: kube-dns}
            spec:
              priorityClassName: system-cluster-critical
              nodeSelector: {kubernetes.io/os: linux}
              tolerations:
                - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
              containers:
                - {name: coredns, image: "registry.k8s.io/coredns/coredns:v1.13.1"}
        """;

    /// <summary>Where the API servers themselves are found, as they and kubeadm publish it.</summary>
    public static string ApiServers(IEnumerable<string> addresses)
    {
        var list = addresses.ToList();
        var subset = string.Join(", ", list.Select(address => "{ip: " + address + "}"));
        var endpoints = string.Join(", ", list.Select(address => "{addresses: [" + address + "], conditions: {ready: true}}"));
        return $$"""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: kubernetes, namespace: default}
            subsets:
              - addresses: [{{subset}}]
                ports: [{name: https, port: 6443, protocol: TCP}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: kubernetes
              namespace: default
              labels: {kubernetes.io/service-name: kubernetes}
            addressType: IPv4
            endpoints: [{{endpoints}}]
            ports: [{name: https, port: 6443, protocol: TCP}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: cluster-info, namespace: kube-public}
            data:
              kubeconfig: "apiVersion: v1\nkind: Config\nclusters:\n- name: \"\"\n  cluster:\n    server: https://{{list[0]}}:6443\n"
            """;
    }

    public static IEnumerable<JsonObject> Parse(string yaml) => YamlText.ParseAll(yaml).OfType<JsonObject>();
}
