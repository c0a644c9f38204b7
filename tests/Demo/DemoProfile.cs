namespace NetProfile.Demo;

internal static class DemoProfile
{
    public static string Tunnel(string version, Uri repository) => $$"""
        apiVersion: netprofile.io/v1alpha1
        kind: NetworkProfile
        metadata:
          name: cluster
        spec:
          cilium:
            version: {{version}}
            chart:
              repository: {{repository.ToString().TrimEnd('/')}}
          routing:
            mode: Tunnel
            tunnelProtocol: VXLAN
          ipam:
            mode: ClusterPool
            ipv4PodCIDRs: [10.245.0.0/16]
          hubble:
            enabled: true
            relay: { enabled: true }
            ui: { enabled: true }
        """;
}
