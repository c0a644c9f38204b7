namespace NetProfile.Operator.Scenarios.Schema;

/// <summary>What the CRD refuses at admission. Each of these was seen to be refused the same way by a real API server.</summary>
public sealed class NetworkProfileRuleTests
{
    private const string Minimal = "{cilium: {version: 1.19.6}}";

    [Fact]
    public void The_least_profile_is_valid_and_its_identity_is_defaulted()
    {
        var spec = Manifests.Profile(Minimal)["spec"]!;

        Assert.Empty(Manifests.Errors(Minimal));
        Assert.Equal("kube-system", spec["cilium"]!["namespace"]!.GetValue<string>());
        Assert.Equal("cilium", spec["cilium"]!["releaseName"]!.GetValue<string>());
        Assert.Equal("Tunnel", spec["routing"]!["mode"]!.GetValue<string>());
    }

    [Fact]
    public void The_full_profile_of_the_documentation_is_valid()
    {
        Assert.Empty(Manifests.Errors("""
            suspend: false
            approval: Disruptive
            deletionPolicy: Retain
            cilium:
              version: 1.19.6
              namespace: kube-system
              releaseName: cilium
              chart: {repository: "https://helm.cilium.io", digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
              values: {debug: {enabled: true}}
              valuesFrom: [{kind: ConfigMap, name: cilium-extra, key: values.yaml}]
            routing:
              mode: Native
              autoDirectNodeRoutes: true
              directRoutingSkipUnreachable: false
              ipv4NativeRoutingCIDR: 10.245.0.0/16
              ipv6NativeRoutingCIDR: "fd00::/104"
              mtu: 0
            ipam: {mode: ClusterPool, ipv4PodCIDRs: [10.245.0.0/16], ipv4MaskSize: 24, ipv6PodCIDRs: ["fd00::/104"], ipv6MaskSize: 120}
            kubeProxyReplacement: {enabled: true, apiServerEndpoints: ["10.0.0.1:6443", "[fd00::1]:6443", "api.example.com:443"], kubeProxy: Park}
            loadBalancer: {mode: DSR, algorithm: Maglev, acceleration: Native, dsrDispatch: Option}
            masquerading: {mode: BPF, ipv4: true, ipv6: true}
            hostRouting: BPF
            bandwidthManager: {enabled: true, bbr: true}
            bigTCP: {ipv4: true, ipv6: true}
            encryption: {type: WireGuard, nodeEncryption: true}
            bgpControlPlane: false
            sctp: false
            hubble: {enabled: true, relay: {enabled: true, serviceType: ClusterIP}, ui: {enabled: true, serviceType: NodePort}, metrics: [dns, "flow:sourceContext=pod"]}
            previousCNI: {kind: Auto, strategy: Overlap, backup: true}
            unmanagedPods: Restart
            routingSwitch: Live
            rollout: {maxUnavailable: "10%", prePull: true, drainTimeoutSeconds: 600, failureBudget: 1, onFailure: Freeze}
            """));
    }

    [Theory]
    [InlineData("routing: {mode: Tunnel, autoDirectNodeRoutes: true}", "spec.routing.autoDirectNodeRoutes is only for mode Native")]
    [InlineData("routing: {autoDirectNodeRoutes: true}", "spec.routing.autoDirectNodeRoutes is only for mode Native")]
    [InlineData("routing: {mode: Native, directRoutingSkipUnreachable: true}", "spec.routing.directRoutingSkipUnreachable needs spec.routing.autoDirectNodeRoutes")]
    [InlineData("routing: {mode: Native, tunnelProtocol: VXLAN}", "spec.routing.tunnelProtocol has no meaning with mode Native")]
    [InlineData("routing: {mode: Native, tunnelPort: 8473}", "spec.routing.tunnelPort has no meaning with mode Native")]
    [InlineData("routing: {mtu: 100}", "spec.routing.mtu is too small")]
    [InlineData("bigTCP: {ipv6: true}", "spec.bigTCP doesn't work with spec.routing.mode Tunnel")]
    [InlineData("{routing: {mode: Native}, bigTCP: {ipv4: true}, encryption: {type: IPsec}}", "spec.bigTCP doesn't work with spec.encryption.type IPsec")]
    [InlineData("{routing: {mode: Native}, bigTCP: {ipv4: true}, hostRouting: Legacy}", "spec.bigTCP doesn't work with spec.hostRouting Legacy")]
    [InlineData("hubble: {ui: {enabled: true}}", "spec.hubble.ui needs the relay")]
    [InlineData("hubble: {enabled: false, relay: {enabled: true}}", "spec.hubble.relay needs Hubble")]
    [InlineData("hubble: {enabled: false, metrics: [dns]}", "spec.hubble.metrics needs Hubble")]
    [InlineData("bandwidthManager: {bbr: true}", "spec.bandwidthManager.bbr needs spec.bandwidthManager.enabled")]
    [InlineData("encryption: {type: IPsec, nodeEncryption: true}", "spec.encryption.nodeEncryption is only for type WireGuard")]
    [InlineData("loadBalancer: {mode: DSR}", "spec.loadBalancer has no effect while kube-proxy handles Services")]
    [InlineData("{kubeProxyReplacement: {enabled: true}, loadBalancer: {mode: DSR, dsrDispatch: Geneve}}", "spec.loadBalancer.dsrDispatch Geneve needs Geneve as the overlay")]
    [InlineData("ipam: {mode: Kubernetes, ipv4PodCIDRs: [10.0.0.0/16]}", "spec.ipam.ipv4PodCIDRs and ipv6PodCIDRs are only for mode ClusterPool")]
    [InlineData("ipam: {ipv4PodCIDRs: [10.0.0.0/26]}", "spec.ipam.ipv4MaskSize (24 when not set) is shorter")]
    [InlineData("ipam: {ipv6PodCIDRs: ['fd00::/112'], ipv6MaskSize: 104}", "spec.ipam.ipv6MaskSize (120 when not set) is shorter")]
    public void A_contradiction_is_refused_with_what_is_wrong_and_what_to_do(string section, string message)
    {
        var text = section.StartsWith('{') ? section[1..^1] : section;
        var error = Assert.Single(Manifests.Errors($"{{cilium: {{version: 1.19.6}}, {text}}}"));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(": ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ipam: {mode: Kubernetes}}", "{ipam: {mode: ClusterPool}}", "spec.ipam.mode can't be changed")]
    [InlineData("{ipam: {mode: Kubernetes}}", "{}", "spec.ipam can't be removed")]
    [InlineData("{ipam: {ipv4PodCIDRs: [10.1.0.0/16]}}", "{ipam: {ipv4PodCIDRs: [10.2.0.0/16]}}", "a CIDR of the pool was changed or removed")]
    [InlineData("{ipam: {ipv4PodCIDRs: [10.1.0.0/16]}}", "{ipam: {}}", "spec.ipam.ipv4PodCIDRs can't be removed")]
    [InlineData("{ipam: {ipv4MaskSize: 24}}", "{ipam: {ipv4MaskSize: 25}}", "spec.ipam.ipv4MaskSize can't be changed")]
    [InlineData("{ipam: {ipv4MaskSize: 24}}", "{ipam: {}}", "spec.ipam.ipv4MaskSize can't be removed")]
    [InlineData("{cilium: {version: 1.19.6}}", "{cilium: {version: 1.19.6, namespace: cilium}}", "spec.cilium.namespace can't be changed")]
    [InlineData("{cilium: {version: 1.19.6}}", "{cilium: {version: 1.19.6, releaseName: net}}", "spec.cilium.releaseName can't be changed")]
    public void What_is_settled_at_installation_cant_be_changed(string before, string after, string message)
    {
        var error = Assert.Single(Manifests.Errors(WithCilium(after), WithCilium(before)));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ipam: {ipv4PodCIDRs: [10.1.0.0/16]}}", "{ipam: {ipv4PodCIDRs: [10.1.0.0/16, 10.2.0.0/16]}}")]
    [InlineData("{}", "{ipam: {mode: ClusterPool}}")]
    [InlineData("{routing: {mode: Tunnel}}", "{routing: {mode: Native}}")]
    [InlineData("{cilium: {version: 1.19.6}}", "{cilium: {version: 1.20.0, namespace: kube-system}}")]
    public void What_may_change_may_change(string before, string after)
    {
        Assert.Empty(Manifests.Errors(WithCilium(after), WithCilium(before)));
    }

    [Theory]
    [InlineData("{}", "spec.cilium: Required value")]
    [InlineData("{cilium: {}}", "spec.cilium.version: Required value")]
    [InlineData("{cilium: {version: v1.19.6}}", "spec.cilium.version: Invalid value: \"v1.19.6\"")]
    [InlineData("{cilium: {version: latest}}", "spec.cilium.version: Invalid value: \"latest\"")]
    [InlineData("{cilium: {version: 1.19.6, chart: {digest: 'sha256:12'}}}", "spec.cilium.chart.digest: Invalid value")]
    [InlineData("{cilium: {version: 1.19.6, chart: {repository: 'ftp://x'}}}", "spec.cilium.chart.repository: Invalid value")]
    [InlineData("{cilium: {version: 1.19.6, valuesFrom: [{name: x}]}}", "spec.cilium.valuesFrom[0].kind: Required value")]
    [InlineData("{cilium: {version: 1.19.6}, routing: {mode: Foo}}", "spec.routing.mode: Unsupported value: \"Foo\": supported values: \"Tunnel\", \"Native\"")]
    [InlineData("{cilium: {version: 1.19.6}, routing: {ipv4NativeRoutingCIDR: '10.0.0.0/40'}}", "spec.routing.ipv4NativeRoutingCIDR: Invalid value")]
    [InlineData("{cilium: {version: 1.19.6}, ipam: {ipv4PodCIDRs: ['fd00::/104']}}", "spec.ipam.ipv4PodCIDRs[0]: ")]
    [InlineData("{cilium: {version: 1.19.6}, ipam: {ipv4PodCIDRs: [10.0.0.0/8, 10.0.0.0/8]}}", "spec.ipam.ipv4PodCIDRs[1]: Duplicate value: \"10.0.0.0/8\"")]
    [InlineData("{cilium: {version: 1.19.6}, rollout: {maxUnavailable: 0}}", "spec.rollout.maxUnavailable: Invalid value: 0")]
    [InlineData("{cilium: {version: 1.19.6}, rollout: {maxUnavailable: '101%'}}", "spec.rollout.maxUnavailable: Invalid value: \"101%\"")]
    [InlineData("{cilium: {version: 1.19.6}, kubeProxyReplacement: {apiServerEndpoints: ['https://x:6443']}}", "spec.kubeProxyReplacement.apiServerEndpoints[0]: Invalid value")]
    public void A_value_out_of_range_is_refused_by_its_field(string spec, string beginning)
    {
        Assert.StartsWith(beginning, Manifests.Errors(spec)[0], StringComparison.Ordinal);
    }

    private static string WithCilium(string spec) =>
        spec.Contains("cilium:", StringComparison.Ordinal) ? spec : $"{{cilium: {{version: 1.19.6}}, {spec[1..]}";
}
