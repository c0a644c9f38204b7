using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

/// <summary>
/// Values that a chart takes and renders as something else, or as nothing. Each is refused by us; and with the real charts each is shown
/// to be the trap that it is called, so that a fact that has become untrue is noticed.
/// </summary>
public class SilentTrapTests
{
    /// <summary>version, raw values, the key that is refused, the cilium-config key that shows the trap and what it holds ("" = absent).</summary>
    public static TheoryData<string, string, string, string, string> Silent { get; } = new()
    {
        { "1.13.18", "{routingMode: native}", "routingMode", "tunnel", "vxlan" },
        { "1.13.18", "{tunnelProtocol: geneve}", "tunnelProtocol", "tunnel", "vxlan" },
        { "1.13.18", "{enableIPv4BIGTCP: true}", "enableIPv4BIGTCP", "enable-ipv4-big-tcp", "" },
        { "1.15.19", "{directRoutingSkipUnreachable: true}", "directRoutingSkipUnreachable", "direct-routing-skip-unreachable", "" },
        { "1.19.6", "{ipam: {operator: {clusterPoolIPv4PodCIDR: 10.244.0.0/16}}}", "ipam.operator.clusterPoolIPv4PodCIDR", "cluster-pool-ipv4-cidr", "10.0.0.0/8" },
        { "1.20.0", "{ipam: {operator: {clusterPoolIPv4PodCIDR: 10.244.0.0/16}}}", "ipam.operator.clusterPoolIPv4PodCIDR", "cluster-pool-ipv4-cidr", "10.0.0.0/8" },
        { "1.20.0", "{encryption: {enabled: true, type: wireguard, strictMode: {enabled: true, cidr: 10.0.0.0/8}}}", "encryption.strictMode.enabled", "enable-encryption-strict-mode", "" },
        { "1.19.6", "{nativeRoutingCIDR: 10.244.0.0/16}", "nativeRoutingCIDR", "ipv4-native-routing-cidr", "" },
        { "1.19.6", "{nodePort: {enabled: true}}", "nodePort.enabled", "enable-node-port", "" },
        { "1.18.12", "{hostPort: {enabled: true}}", "hostPort.enabled", "enable-host-port", "" },
        { "1.17.18", "{externalIPs: {enabled: true}}", "externalIPs.enabled", "enable-external-ips", "" },
        { "1.16.19", "{routingMode: bogus}", "routingMode", "routing-mode", "bogus" },
        { "1.19.6", "{bpf: {datapathMode: foo}}", "bpf.datapathMode", "datapath-mode", "foo" },
        { "1.19.6", "{encryption: {enabled: true, type: foo}}", "encryption.type", "enable-wireguard", "" },
        { "1.20.0", "{thisKeyDoesNotExist: true}", "thisKeyDoesNotExist", "this-key-does-not-exist", "" },
        { "1.13.4", "{thisKeyDoesNotExist: true}", "thisKeyDoesNotExist", "this-key-does-not-exist", "" },
        { "1.19.6", "{datapathMode: netkit}", "datapathMode", "datapath-mode", "veth" },
        { "1.17.18", "{routingMode: native}", "routingMode", "ipv4-native-routing-cidr", "" },
        { "1.17.18", "{autoDirectNodeRoutes: true}", "autoDirectNodeRoutes", "auto-direct-node-routes", "true" },
        { "1.19.6", "{enableTunnelBIGTCP: true}", "enableTunnelBIGTCP", "enable-tunnel-big-tcp", "" },
    };

    /// <summary>version, raw values, and the key that the chart fails on.</summary>
    public static TheoryData<string, string, string> Failing { get; } = new()
    {
        { "1.15.19", "{tunnel: disabled}", "tunnel" },
        { "1.20.0", "{tunnel: vxlan}", "tunnel" },
        { "1.16.19", "{kubeProxyReplacement: strict}", "kubeProxyReplacement" },
        { "1.14.19", "{ipam: {operator: {clusterPoolIPv4PodCIDR: 10.244.0.0/16}}}", "ipam.operator.clusterPoolIPv4PodCIDR" },
        { "1.18.12", "{ipam: {operator: {clusterPoolIPv6PodCIDR: \"fd00::/104\"}}, ipv6: {enabled: true}}", "ipam.operator.clusterPoolIPv6PodCIDR" },
        { "1.16.19", "{encryption: {secretName: mine}}", "encryption.secretName" },
        { "1.16.19", "{remoteNodeIdentity: true}", "remoteNodeIdentity" },
        { "1.16.19", "{proxy: {prometheus: {enabled: true}}}", "proxy.prometheus.enabled" },
        { "1.16.19", "{containerRuntime: {integration: docker}}", "containerRuntime.integration" },
        { "1.16.19", "{etcd: {managed: true}}", "etcd.managed" },
        { "1.15.19", "{enableK8sEventHandover: true}", "enableK8sEventHandover" },
        { "1.18.12", "{enableCiliumEndpointSlice: true}", "enableCiliumEndpointSlice" },
        { "1.19.6", "{hubble: {ui: {enabled: true}}}", "hubble.ui.enabled" },
        { "1.19.6", "{tunnelPort: \"8473\"}", "tunnelPort" },
        { "1.19.6", "{upgradeCompatibility: 1.19}", "upgradeCompatibility" },
        { "1.19.6", "{bandwidthManager: true}", "bandwidthManager" },
        { "1.19.6", "{hubble: {tls: {auto: {method: certmanager}}}}", "hubble.tls.auto.method" },
        { "1.19.6", "{cluster: {name: Not_A_Name}}", "cluster.name" },
    };

    [Theory]
    [MemberData(nameof(Silent))]
    public void A_silent_trap_is_refused_by_name(string version, string values, string key, string configKey, string rendered)
    {
        _ = (configKey, rendered);
        AssertRefused(version, values, key);
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public void What_the_chart_fails_on_is_refused_before_helm_runs(string version, string values, string key) => AssertRefused(version, values, key);

    [Theory]
    [MemberData(nameof(Silent))]
    public void The_chart_says_nothing_of_a_silent_trap(string version, string values, string key, string configKey, string rendered)
    {
        var render = HelmTemplate.Render(version, YamlReader.ReadObject(values));

        Assert.True(render.ExitCode == 0, $"{key}: {render.Error}");
        Assert.Equal(rendered, render.CiliumConfig.GetValueOrDefault(configKey, ""));
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public void The_chart_fails_where_we_say_that_it_does(string version, string values, string key) =>
        Assert.True(HelmTemplate.Render(version, YamlReader.ReadObject(values)).ExitCode != 0, key);

    [Theory]
    [InlineData("1.13.18", "1.13")]
    [InlineData("1.15.19", "1.13")]
    [InlineData("1.16.19", "1.13")]
    [InlineData("1.17.18", "1.13")]
    [InlineData("1.20.0", "1.15")]
    public void The_minor_first_installed_never_breaks_the_rendering(string version, string first)
    {
        foreach (var replacement in new[] { true, false })
        {
            var review = SpecValidation.Review(
                new NetworkProfileSpec
                {
                    Cilium = new CiliumSpec { Version = version },
                    KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = replacement },
                },
                ValuesCase.Cluster with { FirstInstalledMinor = first });

            Assert.Equal(first, review.Values!["upgradeCompatibility"]!.GetValue<string>());
            var render = HelmTemplate.Render(version, review.Values!);
            Assert.True(render.ExitCode == 0, render.Error);
            Assert.Contains(render.CiliumConfig["kube-proxy-replacement"], replacement ? ["true", "strict"] : new[] { "false", "disabled" });
        }
    }

    private static void AssertRefused(string version, string values, string key)
    {
        var review = SpecValidation.Review(
            new NetworkProfileSpec { Cilium = new CiliumSpec { Version = version, Values = YamlReader.ReadObject(values) } }, ValuesCase.Cluster);

        var error = Assert.Single(review.Findings, f => f.Severity == FindingSeverity.Error && f.Field == $"spec.cilium.values: {key}");
        Assert.NotEmpty(error.Message);
    }
}
