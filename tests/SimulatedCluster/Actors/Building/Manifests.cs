using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Building;

/// <summary>What a kubeadm cluster with Flannel has, by its usual names; short forms of our own.</summary>
internal static partial class Manifests
{
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
                - name: coredns
                  image: "registry.k8s.io/coredns/coredns:v1.13.1"
                  readinessProbe: {httpGet: {path: /ready, port: 8181}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns, kubernetes.io/name: CoreDNS}}
        spec:
          clusterIP: 10.96.0.10
          selector: {k8s-app: kube-dns}
          ports:
            - {name: dns, port: 53, protocol: UDP}
            - {name: dns-tcp, port: 53, protocol: TCP}
        """;

    /// <summary>Pods of every kind of owner, and one of none: web on each worker, a StatefulSet, a DaemonSet, a bare pod.</summary>
    public static string Workloads(int replicas) => $$$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        spec:
          finalizers: [kubernetes]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop, labels: {app: web}}
        spec:
          replicas: {{{replicas}}}
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
                - name: web
                  image: "nginx:1.29"
                  readinessProbe: {tcpSocket: {port: 80}}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: shop, labels: {app: db}}
        spec:
          serviceName: db
          replicas: 2
          selector:
            matchLabels: {app: db}
          template:
            metadata:
              labels: {app: db}
            spec:
              containers:
                - name: db
                  image: "postgres:18"
                  readinessProbe: {tcpSocket: {port: 5432}}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: logs, namespace: shop, labels: {app: logs}}
        spec:
          selector:
            matchLabels: {app: logs}
          template:
            metadata:
              labels: {app: logs}
            spec:
              tolerations:
                - {operator: Exists}
              containers:
                - {name: logs, image: "fluent-bit:4.1"}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: bare, namespace: shop, labels: {app: bare}}
        spec:
          containers:
            - {name: bare, image: "busybox:1.37", command: [sleep, infinity]}
        """;

    /// <summary>Where the API servers themselves are found, as they and kubeadm publish it.</summary>
    public static string ApiServers(IEnumerable<string> addresses)
    {
        var list = addresses.ToList();
        var subset = string.Join(", ", list.Select(address => "{ip: " + address + "}"));
        var endpoints = string.Join(", ", list.Select(address => "{addresses: [" + address + "], conditions: {ready: true}}"));
        return $$$"""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: kubernetes, namespace: default}
            subsets:
              - addresses: [{{{subset}}}]
                ports: [{name: https, port: 6443, protocol: TCP}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: kubernetes
              namespace: default
              labels: {kubernetes.io/service-name: kubernetes}
            addressType: IPv4
            endpoints: [{{{endpoints}}}]
            ports: [{name: https, port: 6443, protocol: TCP}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: cluster-info, namespace: kube-public}
            data:
              kubeconfig: "apiVersion: v1\nkind: Config\nclusters:\n- name: \"\"\n  cluster:\n    server: https://{{{list[0]}}}:6443\n"
            """;
    }

    public static IEnumerable<JsonObject> Parse(string yaml) => YamlText.ParseAll(yaml).OfType<JsonObject>();
}
