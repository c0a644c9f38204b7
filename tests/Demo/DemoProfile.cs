namespace NetProfile.Demo;

internal static class DemoProfile
{
    /// <summary>From VXLAN and kube-proxy to native routing without kube-proxy.</summary>
    public static string Native(string version, Uri repository, string strategy) => $$"""
        apiVersion: netprofile.io/v1alpha1
        kind: NetworkProfile
        metadata:
          name: cluster
        spec:
          cilium:
            version: {{version}}
            chart:
              repository: {{repository.ToString().TrimEnd('/')}}
          previousCNI:
            strategy: {{strategy}}
          rollout:
            maxUnavailable: 40%
          routing:
            mode: Native
            autoDirectNodeRoutes: true
          kubeProxyReplacement:
            enabled: true
          masquerading:
            mode: BPF
          ipam:
            mode: ClusterPool
            ipv4PodCIDRs: [10.245.0.0/16]
          hubble:
            enabled: true
            relay: { enabled: true }
        """;

    /// <summary>What runs on Flannel's network before.</summary>
    public static string Workloads(int nodes) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web, namespace: default }
        spec:
          replicas: {{nodes}}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: web, image: web }] }
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: { name: db, namespace: default }
        spec:
          serviceName: db
          replicas: 3
          selector: { matchLabels: { app: db } }
          template:
            metadata: { labels: { app: db } }
            spec: { containers: [{ name: db, image: db }] }
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: { name: db, namespace: default }
        spec: { maxUnavailable: 1, selector: { matchLabels: { app: db } } }
        """;
}
