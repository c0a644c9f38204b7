using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class RoutingSwitchTests
{
    private static readonly CiliumFacts Facts = CiliumFacts.For(CiliumVersion.Parse("1.19.6"));

    [Fact]
    public void Live_keeps_the_overlay_device_through_the_switch()
    {
        var steps = RoutingSwitch.Live(Native(), ValuesCase.Cluster, TunnelProtocol.Geneve, 6082);

        Assert.Null(RoutingSwitch.LiveRefusal(RoutingMode.Tunnel, Native(), ValuesCase.Cluster, Facts));
        Assert.Equal(["Prepare", "Switch", "Drop"], steps.Select(s => s.Name));
        Assert.Equal(["tunnel geneve 6082 true 10.245.0.0/16 false", "native geneve 6082 true 10.245.0.0/16 true", "native - - - 10.245.0.0/16 true"], steps.Select(Describe));
    }

    [Fact]
    public void One_stroke_is_all_agents_at_once()
    {
        var values = CiliumValues.Build(Native(), ValuesCase.Cluster with { Interim = RoutingSwitch.OneStroke(ValuesCase.Cluster).Interim }, Facts).Values;

        Assert.Equal("100%", values.At("updateStrategy.rollingUpdate.maxUnavailable")!.ToString());
        Assert.Equal("native", values.At("routingMode")!.ToString());
    }

    [Fact]
    public void The_live_way_is_refused_with_the_reason_where_it_is_not_known_to_work()
    {
        var native = Native();
        void Refused(string because, RoutingMode running, EffectiveSpec spec, string version = "1.19.6") => Assert.Contains(
            because, RoutingSwitch.LiveRefusal(running, spec, ValuesCase.Cluster, CiliumFacts.For(CiliumVersion.Parse(version))), StringComparison.Ordinal);

        Refused("only the way from Tunnel", RoutingMode.Native, native with { Routing = native.Routing with { Mode = RoutingMode.Tunnel } });
        Refused("1.13", RoutingMode.Tunnel, native, "1.13.18");
        Refused("kubeProxyReplacement", RoutingMode.Tunnel, native with { KubeProxyReplacement = native.KubeProxyReplacement with { Enabled = false } });
        Refused("IPv6", RoutingMode.Tunnel, native with { Ipam = native.Ipam with { Ipv6PodCIDRs = ["fd00::/104"] } });
        Refused("encrypted", RoutingMode.Tunnel, native with { Encryption = EncryptionType.WireGuard });
        Refused("native routing CIDR", RoutingMode.Tunnel, native with { Ipam = native.Ipam with { Ipv4PodCIDRs = ["10.1.0.0/16", "10.9.0.0/16"] } });
    }

    [Fact]
    public void Beside_another_network_Cilium_starts_with_what_was_measured_to_lose_nothing()
    {
        var interim = new InterimValues { Ipv4NativeRoutingCIDR = "10.244.0.0/15", LegacyHostRouting = true, NoPolicyEnforcement = true, UnmanagedPodWatcherOff = true };

        var values = CiliumValues.Build(Native(), ValuesCase.Cluster with { Interim = interim }, Facts).Values;

        Assert.Equal("10.244.0.0/15", values.At("ipv4NativeRoutingCIDR")!.ToString());
        Assert.Equal("true", values.At("bpf.hostLegacyRouting")!.ToString());
        Assert.Equal("never", values.At("policyEnforcementMode")!.ToString());
        Assert.Equal("false", values.At("operator.unmanagedPodWatcher.restart")!.ToString());
    }

    [Theory]
    [InlineData("1.13.18")]
    [InlineData("1.14.19")]
    [InlineData("1.15.19")]
    [InlineData("1.16.19")]
    [InlineData("1.17.18")]
    [InlineData("1.18.12")]
    [InlineData("1.19.6")]
    [InlineData("1.20.0")]
    public void The_preflight_release_renders_nothing_that_the_real_one_owns(string version)
    {
        var facts = CiliumFacts.For(CiliumVersion.Parse(version));
        var real = CiliumValues.Build(Native(), ValuesCase.Cluster, facts).Values;
        var own = Named(HelmTemplate.Render(version, real));

        var preflight = HelmTemplate.Render(version, PreflightValues.Of(real));

        Assert.True(preflight.ExitCode == 0, preflight.Error);
        Assert.NotNull(preflight.Find("DaemonSet", PreflightValues.WorkloadName));
        Assert.NotNull(preflight.Find("Deployment", PreflightValues.WorkloadName));
        Assert.Empty(Named(preflight).Intersect(own));
    }

    private static IEnumerable<string> Named(HelmTemplate render) =>
        render.Objects.Select(o => $"{o["kind"]} {o["metadata"]!["namespace"]} {o["metadata"]!["name"]}");

    private static string Describe(RoutingSwitchStep step)
    {
        var values = CiliumValues.Build(Native(), ValuesCase.Cluster with { Interim = step.Interim }, Facts).Values;
        return string.Join(' ', new[] { "routingMode", "tunnelProtocol", "tunnelPort", "egressGateway.enabled", "ipv4NativeRoutingCIDR", "autoDirectNodeRoutes" }
            .Select(path => values.At(path)?.ToString() ?? "-"));
    }

    private static EffectiveSpec Native() => NetworkProfileDefaults.Resolve(new NetworkProfileSpec
    {
        Cilium = new CiliumSpec { Version = "1.19.6", Values = new JsonObject { ["hubble"] = new JsonObject { ["eventBufferCapacity"] = "8191" } } },
        Routing = new RoutingSpec { Mode = RoutingMode.Native },
        Ipam = new IpamSpec { Ipv4PodCIDRs = ["10.245.0.0/16"] },
        KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true },
        Hubble = new HubbleSpec { Relay = new HubbleComponentSpec { Enabled = true } },
    });
}
