using NetProfile.Cilium;
using NetProfile.Cilium.Facts;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class CiliumFactsTests
{
    [Theory]
    [InlineData("1.12.19")]
    [InlineData("1.21.0")]
    [InlineData("2.13.0")]
    [InlineData("0.15.0")]
    public void Another_minor_is_refused_with_the_supported_range(string version)
    {
        Assert.False(CiliumFacts.TryFor(version, out _, out var refusal));
        Assert.Contains("1.13 to 1.20", refusal, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CiliumFacts.For(CiliumVersion.Parse(version)));
    }

    [Theory]
    [InlineData("1.13.4", false, "cilium")]
    [InlineData("1.14.19", false, "cilium")]
    [InlineData("1.15.19", false, "cilium-dbg")]
    [InlineData("1.16.19", true, "cilium-dbg")]
    [InlineData("1.19.0-pre.4", true, "cilium-dbg")]
    [InlineData("1.20.0-rc.1", true, "cilium-dbg")]
    public void Facts_follow_the_minor(string version, bool envoy, string command)
    {
        var facts = CiliumFacts.For(CiliumVersion.Parse(version));

        Assert.Equal(envoy, facts.EnvoyDaemonSetByDefault);
        Assert.Equal(command, facts.AgentCommand);
        Assert.Equal(version, facts.Version.ToString());
    }

    [Fact]
    public void Every_question_has_an_answer_for_every_minor()
    {
        foreach (var facts in CiliumFacts.LatestPatches.Select(CiliumFacts.For))
        {
            foreach (var property in typeof(CiliumFacts).GetProperties().Where(p => !p.GetMethod!.IsStatic))
            {
                var answer = property.GetValue(facts);
                Assert.True(answer is not null || property.Name == nameof(CiliumFacts.KnownBad), property.Name);
            }
        }
    }

    [Fact]
    public void Every_fact_names_its_source_and_no_two_contradict_each_other()
    {
        Assert.All(FactsDocuments.Facts.Facts, fact => Assert.NotEmpty(fact.Source));
        Assert.All(FactsDocuments.Removals.Removals, removal => Assert.NotEmpty(removal.Source));
        Assert.All(FactsDocuments.Releases.Releases, release => Assert.NotEmpty(release.Source));
        Assert.All(FactsDocuments.Releases.KernelFeatures, feature => Assert.NotEmpty(feature.Source));
        foreach (var version in CiliumFacts.LatestPatches)
        {
            Assert.Distinct(FactsDocuments.Facts.Facts.Where(f => MinorRange.From(f.Since, f.Until).Contains(version)).Select(f => f.Fact));
            Assert.Distinct(FactsDocuments.Removals.Removals.Where(f => MinorRange.From(f.Since, f.Until).Contains(version)).Select(f => f.Key));
        }
    }

    [Fact]
    public void Every_fact_is_asked_for()
    {
        var reader = File.ReadAllText(Path.Combine(Repository.Root, "Operator", "Cilium", "CiliumFacts.cs"));

        Assert.All(FactsDocuments.Facts.Facts, fact => Assert.Contains($"\"{fact.Fact}\"", reader, StringComparison.Ordinal));
    }

    [Fact]
    public void The_folder_does_no_IO_and_sees_no_client()
    {
        var folder = Path.Combine(Repository.Root, "Operator", "Cilium");
        string[] forbidden = ["IKubernetesClient", "IHelmClient", "IProcessRunner", "HttpClient", "System.IO", "File.", "NetProfile.Flannel", "NetProfile.NetworkProfiles;", "TimeProvider"];
        foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            Assert.All(forbidden, word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_replacement_that_a_removal_names_is_a_key_of_that_minor()
    {
        foreach (var facts in CiliumFacts.LatestPatches.Select(CiliumFacts.For))
        {
            foreach (var removal in FactsDocuments.Removals.Removals.Where(r => MinorRange.From(r.Since, r.Until).Contains(facts.Version)))
            {
                if (removal.Use is { } use && !use.StartsWith("spec.", StringComparison.Ordinal) && !use.Contains(' ', StringComparison.Ordinal))
                {
                    Assert.True(facts.Keys.Knows(use), $"{facts.MinorName}: {removal.Key} -> {use}");
                }
            }
        }
    }

    [Fact]
    public void Every_key_that_the_values_hold_is_a_key_of_that_minor()
    {
        foreach (var facts in CiliumFacts.LatestPatches.Select(CiliumFacts.For))
        {
            foreach (var platform in new[] { "kubeadm", "k3s", "microk8s", "rancher-desktop", "gke", "talos" })
            {
                foreach (var name in new[] { "tunnel-default", "kube-proxy-replacement", "hubble-full", "encryption", "big-tcp-bbr", "dual-stack" })
                {
                    var spec = NetworkProfileDefaults.Resolve(new ValuesCase(name, facts.Version).Spec());
                    var values = CiliumValues.Build(spec, ValuesCase.Cluster with { Platform = platform, Interim = Everything }, facts).Values;
                    foreach (var path in Leaves(values, ""))
                    {
                        Assert.True(IsKnown(facts, path), $"{facts.MinorName} {platform}: {path}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_release_with_a_known_defect_is_refused_unless_asked_for_by_name()
    {
        var spec = new NetworkProfileSpec { Cilium = new CiliumSpec { Version = "1.17.6" } };

        var refused = SpecValidation.Review(spec, ValuesContext.Empty);
        var allowed = SpecValidation.Review(spec, ValuesContext.Empty with { AllowedKnownBadVersion = "1.17.6" });

        Assert.Contains(refused.Findings, f => f.Reason == FindingReasons.KnownBadVersion && f.Message.Contains("1.17.18", StringComparison.Ordinal));
        Assert.False(refused.Accepted);
        Assert.True(allowed.Accepted);
    }

    [Fact]
    public void A_kernel_floor_of_a_feature_is_never_below_the_floor_of_the_version()
    {
        Assert.Equal(new Version(4, 19, 57), CiliumFacts.For(CiliumVersion.Parse("1.13.4")).KernelFloor);
        Assert.Equal(new Version(5, 1, 0), CiliumFacts.For(CiliumVersion.Parse("1.13.4")).KernelFor("BandwidthManager")!.Kernel);
        Assert.Equal(new Version(5, 10, 0), CiliumFacts.For(CiliumVersion.Parse("1.20.0")).KernelFor("BandwidthManager")!.Kernel);
        Assert.Equal(new Version(6, 3, 0), CiliumFacts.For(CiliumVersion.Parse("1.20.0")).KernelFor("IPv4BigTCP")!.Kernel);
        Assert.Null(CiliumFacts.For(CiliumVersion.Parse("1.20.0")).KernelFor("NoSuchFeature"));
    }

    [Fact]
    public void Every_key_of_a_real_chart_is_in_the_table_with_its_type()
    {
        var wrong = new List<string>();
        foreach (var (version, defaults) in HelmTemplate.Defaults().Where(chart => CiliumFacts.TryFor(chart.Version, out _, out _)))
        {
            Compare(defaults, "", CiliumFacts.For(CiliumVersion.Parse(version)), wrong);
        }

        Assert.Empty(wrong);
    }

    private static void Compare(System.Text.Json.Nodes.JsonObject map, string prefix, CiliumFacts facts, List<string> wrong)
    {
        foreach (var (key, value) in map)
        {
            var types = facts.Keys.TypesOf(prefix + key);
            if (types is null)
            {
                wrong.Add($"{facts.Version}: {prefix}{key}: add \"{prefix}{key}\": \"{facts.MinorName} {JsonPaths.TypeName(value)}\"");
            }
            else if (value is System.Text.Json.Nodes.JsonObject { Count: > 0 } below && types.Contains("keys"))
            {
                Compare(below, prefix + key + ".", facts, wrong);
            }
            else if (value is not null && !types.Contains("any") && !types.Contains(JsonPaths.TypeName(value))
                && !(types.Contains("keys") && value is System.Text.Json.Nodes.JsonObject) && !(types.Contains("number") && JsonPaths.TypeName(value) == "int"))
            {
                wrong.Add($"{facts.Version}: {prefix}{key} is {JsonPaths.TypeName(value)}, the table says {string.Join('|', types)}");
            }
        }
    }

    private static InterimValues Everything { get; } = new()
    {
        RoutingMode = RoutingMode.Native,
        TunnelPort = 8473,
        Ipv4NativeRoutingCIDR = "10.244.0.0/15",
        LegacyHostRouting = true,
        NoPolicyEnforcement = true,
        UnmanagedPodWatcherOff = true,
        KeepOverlayDevice = true,
        CustomCniConf = true,
        MaxUnavailable = "100%",
    };

    private static IEnumerable<string> Leaves(System.Text.Json.Nodes.JsonObject map, string prefix) =>
        map.SelectMany(e => e.Value is System.Text.Json.Nodes.JsonObject below ? Leaves(below, prefix + e.Key + ".") : [prefix + e.Key]);

    private static bool IsKnown(CiliumFacts facts, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (facts.Keys.TypesOf(path[..end]) is { } types)
            {
                return end == path.Length || !types.Contains("keys");
            }

            if (!path[..end].Contains('.', StringComparison.Ordinal))
            {
                break;
            }
        }

        return false;
    }
}
