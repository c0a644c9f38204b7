using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class CiliumFeaturesTests
{
    [Fact]
    public void The_mode_is_never_read_from_the_tunnel_protocol()
    {
        var config = new Dictionary<string, string> { ["routing-mode"] = "native", ["tunnel-protocol"] = "vxlan" };

        Assert.Contains(new CiliumFeature(FeatureNames.Routing, "Native"), CiliumFeatures.Configured(config, For("1.20.0")));
    }

    [Theory]
    [InlineData("disabled", "Native")]
    [InlineData("geneve", "Tunnel [Geneve]")]
    [InlineData("vxlan", "Tunnel [VXLAN]")]
    public void On_1_13_the_mode_is_in_tunnel(string tunnel, string expected)
    {
        var config = new Dictionary<string, string> { ["tunnel"] = tunnel };

        Assert.Contains(new CiliumFeature(FeatureNames.Routing, expected), CiliumFeatures.Configured(config, For("1.13.18")));
    }

    [Theory]
    [InlineData("1.16.19", "Disabled")]
    [InlineData("1.17.18", "Enabled")]
    public void A_missing_enable_hubble_means_what_the_minor_means_by_it(string version, string expected) =>
        Assert.Contains(new CiliumFeature(FeatureNames.Hubble, expected), CiliumFeatures.Configured(new Dictionary<string, string>(), For(version)));

    [Fact]
    public void The_table_counts_agents_and_shows_every_value_that_they_report()
    {
        IReadOnlyList<CiliumFeature> native = [new(FeatureNames.Routing, "Native")];
        IReadOnlyList<CiliumFeature> tunnel = [new(FeatureNames.Routing, "Tunnel [VXLAN]")];

        IReadOnlyList<IReadOnlyList<CiliumFeature>> reports = [native, tunnel, native];

        Assert.Equal(
            new FeatureStatus { Name = "Routing", Wanted = "Native", Reported = "Native, Tunnel [VXLAN]", NodesReporting = 2, NodesTotal = 3 },
            FeatureTable.Wanted(new(FeatureNames.Routing, "Native"), [], reports));
        Assert.Equal(
            new FeatureStatus { Name = "Hubble", Wanted = "Enabled", Reported = "Disabled", NodesReporting = 0, NodesTotal = 0 },
            FeatureTable.Wanted(new(FeatureNames.Hubble, "Enabled"), [new(FeatureNames.Hubble, "Disabled")], reports));
    }

    [Fact]
    public void A_feature_without_a_word_in_spec_is_compared_with_what_is_configured_if_anything()
    {
        IReadOnlyList<IReadOnlyList<CiliumFeature>> reports = [[new(FeatureNames.AttachMode, "tcx"), new(FeatureNames.CniChaining, "none")], [new(FeatureNames.AttachMode, "tc"), new(FeatureNames.CniChaining, "portmap")]];

        Assert.Equal(new FeatureStatus { Name = "AttachMode", Reported = "tc, tcx", NodesReporting = 2, NodesTotal = 2 }, FeatureTable.Told(FeatureNames.AttachMode, [], reports));
        Assert.Equal(
            new FeatureStatus { Name = "CNIChaining", Reported = "none, portmap", NodesReporting = 1, NodesTotal = 2 },
            FeatureTable.Told(FeatureNames.CniChaining, [new(FeatureNames.CniChaining, "none")], reports));
        Assert.Null(FeatureTable.Told(FeatureNames.Devices, [], reports));
    }

    [Fact]
    public void What_is_wanted_has_the_words_that_agents_use()
    {
        var spec = NetworkProfileDefaults.Resolve(new NetworkProfileSpec
        {
            KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true },
            Encryption = new EncryptionSpec { Type = EncryptionType.WireGuard },
        });

        var wanted = CiliumFeatures.Wanted(spec, ValuesContext.Empty);

        Assert.Contains(new CiliumFeature(FeatureNames.Routing, "Tunnel [VXLAN]"), wanted);
        Assert.Contains(new CiliumFeature(FeatureNames.HostRouting, "BPF"), wanted);
        Assert.Contains(new CiliumFeature(FeatureNames.Masquerading, "BPF [IPv4]"), wanted);
        Assert.Contains(new CiliumFeature(FeatureNames.Encryption, "WireGuard"), wanted);
    }

    private static CiliumFacts For(string version) => CiliumFacts.For(CiliumVersion.Parse(version));
}
