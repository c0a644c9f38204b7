using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class SpecValidationTests
{
    /// <summary>Each row: a version, a spec, and the field that the one error is about.</summary>
    [Theory]
    [InlineData("1.19.6", "routing: {autoDirectNodeRoutes: true}", "spec.routing.autoDirectNodeRoutes")]
    [InlineData("1.19.6", "routing: {mode: Native, tunnelProtocol: VXLAN}", "spec.routing.tunnelProtocol")]
    [InlineData("1.19.6", "routing: {mode: Native, tunnelPort: 8473}", "spec.routing.tunnelPort")]
    [InlineData("1.19.6", "routing: {tunnelPort: 70000}", "spec.routing.tunnelPort")]
    [InlineData("1.19.6", "routing: {mtu: 500}", "spec.routing.mtu")]
    [InlineData("1.19.6", "routing: {mode: Native, autoDirectNodeRoutes: false, directRoutingSkipUnreachable: true}", "spec.routing.directRoutingSkipUnreachable")]
    [InlineData("1.15.19", "routing: {mode: Native, directRoutingSkipUnreachable: true}", "spec.routing.directRoutingSkipUnreachable")]
    [InlineData("1.19.6", "routing: {mode: Native, ipv4NativeRoutingCIDR: 10.0.0.1/8}", "spec.routing.ipv4NativeRoutingCIDR")]
    [InlineData("1.19.6", "{routing: {mode: Native, ipv4NativeRoutingCIDR: 10.1.0.0/16}, ipam: {ipv4PodCIDRs: [10.2.0.0/16]}}", "spec.routing.ipv4NativeRoutingCIDR")]
    [InlineData("1.19.6", "{routing: {mode: Native}, ipam: {ipv4PodCIDRs: [10.2.0.0/16, 10.9.0.0/16]}}", "spec.routing.ipv4NativeRoutingCIDR")]
    [InlineData("1.19.6", "{routing: {mode: Native, ipv6NativeRoutingCIDR: \"fd00::/104\"}}", "spec.routing.ipv6NativeRoutingCIDR")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [nonsense]}", "spec.ipam.ipv4PodCIDRs[0]")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [\"fd00::/104\"]}", "spec.ipam.ipv4PodCIDRs[0]")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [10.0.0.0/16, 10.0.128.0/17]}", "spec.ipam.ipv4PodCIDRs[1]")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [10.0.0.0/24]}", "spec.ipam.ipv4MaskSize")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [10.0.0.0/16], ipv4MaskSize: 32}", "spec.ipam.ipv4MaskSize")]
    [InlineData("1.19.6", "ipam: {ipv6PodCIDRs: [\"fd00::/64\"]}", "spec.ipam.ipv6MaskSize")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: [10.0.0.0/23]}", "spec.ipam.ipv4PodCIDRs")]
    [InlineData("1.19.6", "ipam: {ipv4PodCIDRs: []}", "spec.ipam.ipv4PodCIDRs")]
    [InlineData("1.19.6", "ipam: {mode: Kubernetes, ipv4PodCIDRs: [10.0.0.0/16]}", "spec.ipam.ipv4PodCIDRs")]
    [InlineData("1.19.6", "kubeProxyReplacement: {apiServerEndpoints: [\"https//x\"]}", "spec.kubeProxyReplacement.apiServerEndpoints[0]")]
    [InlineData("1.19.6", "loadBalancer: {mode: DSR}", "spec.loadBalancer")]
    [InlineData("1.19.6", "hostRouting: BPF", "spec.hostRouting")]
    [InlineData("1.19.6", "{kubeProxyReplacement: {enabled: true}, masquerading: {mode: IPTables}, hostRouting: BPF}", "spec.hostRouting")]
    [InlineData("1.19.6", "{kubeProxyReplacement: {enabled: true}, loadBalancer: {mode: DSR}}", "spec.loadBalancer.dsrDispatch")]
    [InlineData("1.19.6", "{kubeProxyReplacement: {enabled: true}, loadBalancer: {mode: DSR, dsrDispatch: Geneve}}", "spec.loadBalancer.dsrDispatch")]
    [InlineData("1.13.18", "{routing: {mode: Native}, kubeProxyReplacement: {enabled: true}, loadBalancer: {mode: DSR, dsrDispatch: Geneve}}", "spec.loadBalancer.dsrDispatch")]
    [InlineData("1.14.19", "{kubeProxyReplacement: {enabled: true}, loadBalancer: {acceleration: BestEffort}}", "spec.loadBalancer.acceleration")]
    [InlineData("1.14.19", "masquerading: {mode: BPF}", "spec.masquerading.mode")]
    [InlineData("1.16.19", "masquerading: {mode: BPF}", "spec.masquerading.mode")]
    [InlineData("1.19.6", "bandwidthManager: {enabled: true, bbr: true}", "spec.bandwidthManager.bbr")]
    [InlineData("1.19.6", "{kubeProxyReplacement: {enabled: true}, bandwidthManager: {bbr: true}}", "spec.bandwidthManager.bbr")]
    [InlineData("1.19.6", "{kubeProxyReplacement: {enabled: true}, bigTCP: {ipv4: true}}", "spec.bigTCP.ipv4")]
    [InlineData("1.13.18", "{routing: {mode: Native}, kubeProxyReplacement: {enabled: true}, bigTCP: {ipv4: true}}", "spec.bigTCP.ipv4")]
    [InlineData("1.19.6", "{routing: {mode: Native}, kubeProxyReplacement: {enabled: true}, bigTCP: {ipv6: true}}", "spec.bigTCP.ipv6")]
    [InlineData("1.19.6", "{routing: {mode: Native}, bigTCP: {ipv4: true}}", "spec.bigTCP.ipv4")]
    [InlineData("1.19.6", "encryption: {nodeEncryption: true}", "spec.encryption.nodeEncryption")]
    [InlineData("1.13.18", "encryption: {type: WireGuard, nodeEncryption: true}", "spec.encryption.nodeEncryption")]
    [InlineData("1.19.6", "hubble: {enabled: false, relay: {enabled: true}}", "spec.hubble.relay.enabled")]
    [InlineData("1.19.6", "hubble: {ui: {enabled: true}}", "spec.hubble.ui.enabled")]
    [InlineData("1.19.6", "hubble: {enabled: false, metrics: [dns]}", "spec.hubble.metrics")]
    [InlineData("1.19.6", "hubble: {metrics: [http, \"httpV2:labelsContext=source_ip\"]}", "spec.hubble.metrics")]
    [InlineData("1.19.6", "rollout: {maxUnavailable: \"0%\"}", "spec.rollout.maxUnavailable")]
    [InlineData("1.19.6", "rollout: {maxUnavailable: many}", "spec.rollout.maxUnavailable")]
    [InlineData("1.12.9", "{}", "spec.cilium.version")]
    [InlineData("newest", "{}", "spec.cilium.version")]
    public void One_mistake_is_one_error_that_names_its_field(string version, string yaml, string field)
    {
        var review = SpecValidation.Review(Spec(version, yaml), ValuesCase.Cluster);

        var error = Assert.Single(review.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Seven_mistakes_are_named_all_at_once()
    {
        var review = SpecValidation.Review(Spec("1.13.18", """
            routing: {mode: Native, tunnelProtocol: Geneve, mtu: 100}
            ipam: {ipv4PodCIDRs: [10.0.0.0/8, 10.1.0.0/16]}
            bigTCP: {ipv4: true}
            hubble: {enabled: false, ui: {enabled: true}}
            cilium: {values: {tunnel: disabled, noSuchKey: 1}}
            """), ValuesCase.Cluster);

        string[] fields =
        [
            "spec.routing.tunnelProtocol", "spec.routing.mtu", "spec.ipam.ipv4PodCIDRs[1]", "spec.routing.ipv4NativeRoutingCIDR", "spec.bigTCP.ipv4",
            "spec.hubble.ui.enabled", "spec.cilium.values: tunnel", "spec.cilium.values: noSuchKey",
        ];
        Assert.Superset(fields.ToHashSet(StringComparer.Ordinal), review.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Field).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_minor_cannot_do_is_refused_with_the_minor_that_can()
    {
        var review = SpecValidation.Review(
            Spec("1.13.18", "{routing: {mode: Native}, kubeProxyReplacement: {enabled: true}, bigTCP: {ipv4: true}}"), ValuesCase.Cluster);

        Assert.Contains("1.14 or later", Assert.Single(review.Findings, f => f is { Severity: FindingSeverity.Error, Reason: FindingReasons.NotInThisVersion }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.17.18", "kubeProxyReplacement: {enabled: true}", "would use 192.168.1.10:6443")]
    [InlineData("1.20.0", "hubble: {metrics: [kafka]}", "not a metric")]
    [InlineData("1.19.6", "{routing: {mode: Native, autoDirectNodeRoutes: false}}", "nothing here makes routes")]
    [InlineData("1.19.6", "{routing: {mode: Native}, ipam: {mode: Kubernetes}}", "taken from the nodes' pod CIDRs")]
    [InlineData("1.19.6", "masquerading: {mode: BPF}", "documented to need kube-proxy replacement")]
    public void What_deserves_a_look_is_a_warning_and_holds_nothing_back(string version, string yaml, string words)
    {
        var review = SpecValidation.Review(Spec(version, yaml), ValuesCase.Cluster);

        Assert.True(review.Accepted);
        Assert.Contains(words, Assert.Single(review.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_named_even_when_the_version_is_unknown()
    {
        var review = SpecValidation.Review(Spec("1.99.0", "hubble: {ui: {enabled: true}}"), ValuesCase.Cluster);

        Assert.Equal(["spec.cilium.version", "spec.hubble.ui.enabled"], review.Findings.Select(f => f.Field));
        Assert.Null(review.Values);
    }

    [Fact]
    public void An_empty_spec_is_refused_for_its_version_and_nothing_else()
    {
        var review = SpecValidation.Review(new NetworkProfileSpec(), ValuesContext.Empty);

        Assert.Equal("spec.cilium.version", Assert.Single(review.Findings).Field);
    }

    private static NetworkProfileSpec Spec(string version, string yaml)
    {
        var spec = YamlReader.ReadObject(yaml);
        var cilium = spec["cilium"] as JsonObject ?? [];
        spec.Remove("cilium");
        cilium["version"] = version;
        spec["cilium"] = cilium;
        return ValuesCase.Parse(spec);
    }
}
