using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

/// <summary>Random specs, sensible or not: never a crash, and values that are accepted never say other than the spec.</summary>
public class CiliumValuesPropertyTests
{
    private static readonly Gen<bool?> Maybe = Gen.Elements<bool?>(null, true, false);

    [Fact]
    public void Random_specs_never_crash_and_accepted_values_never_contradict_the_spec() =>
        Prop.ForAll(Specs().ToArbitrary(), spec =>
        {
            var review = SpecValidation.Review(spec, ValuesCase.Cluster);
            if (review.Values is { } values && review.Accepted)
            {
                AssertAgrees(values, review.Spec, review.Facts!);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void The_order_of_keys_in_raw_values_does_not_matter() =>
        Prop.ForAll(Specs().ToArbitrary(), spec =>
        {
            var turned = new JsonObject(spec.Cilium!.Values!.Reverse().Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone())));
            var one = SpecValidation.Review(spec, ValuesCase.Cluster);
            var other = SpecValidation.Review(spec with { Cilium = spec.Cilium with { Values = turned } }, ValuesCase.Cluster);
            Assert.Equal(one.Findings, other.Findings);
            Assert.Equal(one.Values?.ToJsonString(), other.Values?.ToJsonString());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static void AssertAgrees(JsonObject values, EffectiveSpec spec, CiliumFacts facts)
    {
        string? At(string path) => values.At(path)?.ToString();
        bool Is(string path) => At(path) == "true";
        var native = spec.Routing.Mode == RoutingMode.Native;
        Assert.Equal(native, facts.HasRoutingMode ? At("routingMode") == "native" : At("tunnel") == "disabled");
        Assert.Equal(spec.KubeProxyReplacement.Enabled, At("kubeProxyReplacement") is "true" or "strict");
        Assert.Equal(spec.Masquerading.Mode == MasqueradingMode.BPF, Is("bpf.masquerade"));
        Assert.Equal(spec.Masquerading.Ipv4, Is("enableIPv4Masquerade"));
        Assert.Equal(spec.HostRouting == HostRoutingMode.Legacy, Is("bpf.hostLegacyRouting"));
        Assert.Equal(spec.BandwidthManager, Is("bandwidthManager.enabled"));
        Assert.Equal(spec.Bbr, Is("bandwidthManager.bbr"));
        Assert.Equal(spec.Ipv4BigTCP, Is("enableIPv4BIGTCP"));
        Assert.Equal(spec.Ipv6BigTCP, Is("enableIPv6BIGTCP"));
        Assert.Equal(spec.Encryption != EncryptionType.None, Is("encryption.enabled"));
        Assert.Equal(spec.Hubble.Enabled, Is("hubble.enabled"));
        Assert.Equal(spec.Hubble.Relay, Is("hubble.relay.enabled"));
        Assert.Equal(spec.Hubble.Ui, Is("hubble.ui.enabled"));
        Assert.Equal(spec.Routing.AutoDirectNodeRoutes, Is("autoDirectNodeRoutes"));
        Assert.Equal(facts.MinorName, values["upgradeCompatibility"]!.GetValue<string>());
        Assert.True(Is("rollOutCiliumPods"));
        Assert.Equal(spec.Ipam.Ipv4PodCIDRs, (values.At("ipam.operator.clusterPoolIPv4PodCIDRList") as JsonArray ?? []).Select(c => c!.ToString()));
        if (native && spec.Masquerading.Ipv4 && spec.Ipam.Ipv4PodCIDRs.Count > 0)
        {
            Assert.NotNull(At("ipv4NativeRoutingCIDR"));
        }

        Assert.False(native && values.ContainsKey("tunnelPort"));
        Assert.False(!native && Is("autoDirectNodeRoutes"));
    }

    private static Gen<NetworkProfileSpec> Specs() =>
        from cilium in Ciliums()
        from routing in Routings()
        from ipam in Ipams()
        from replacement in Maybe
        from endpoints in Gen.Elements<string[]?>(null, [], ["10.0.0.1:6443"], ["10.0.0.1", "bad host"])
        from balancer in Balancers()
        from masquerading in Gen.Elements<MasqueradingMode?>(null, MasqueradingMode.BPF, MasqueradingMode.IPTables)
        from masquerade4 in Maybe
        from host in Gen.Elements<HostRoutingMode?>(null, HostRoutingMode.BPF, HostRoutingMode.Legacy)
        from flags in Gen.ArrayOf(Maybe, 9)
        from encryption in Gen.Elements<EncryptionType?>(null, EncryptionType.None, EncryptionType.WireGuard, EncryptionType.IPsec)
        from metrics in Gen.Elements<string[]?>(null, [], ["dns"], ["a b"])
        from unavailable in Gen.Elements("1", "10%", "100%", "0", "x")
        select new NetworkProfileSpec
        {
            Cilium = cilium,
            Routing = routing,
            Ipam = ipam,
            KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = replacement, ApiServerEndpoints = endpoints },
            LoadBalancer = balancer,
            Masquerading = new MasqueradingSpec { Mode = masquerading, Ipv4 = masquerade4 },
            HostRouting = host,
            BandwidthManager = new BandwidthManagerSpec { Enabled = flags[0], Bbr = flags[1] },
            BigTCP = new BigTcpSpec { Ipv4 = flags[2], Ipv6 = flags[3] },
            Encryption = new EncryptionSpec { Type = encryption, NodeEncryption = flags[4] },
            Hubble = new HubbleSpec
            {
                Enabled = flags[5],
                Relay = new HubbleComponentSpec { Enabled = flags[6] },
                Ui = new HubbleComponentSpec { Enabled = flags[7] },
                Metrics = metrics,
            },
            Sctp = flags[8],
            Rollout = new RolloutSpec { MaxUnavailable = unavailable },
        };

    private static Gen<CiliumSpec> Ciliums() =>
        from version in Gen.Elements([.. CiliumFacts.LatestPatches.Select(v => v.ToString()), "1.19.0-pre.4", "1.12.0", "", "x"])
        from keys in Gen.ListOf(Gen.Elements(
            "debug.enabled", "operator.replicas", "routingMode", "noSuchKey", "hubble", "hubble.relay", "ipam.operator", "extraConfig.routing-mode", "bpf", "tolerations", "cluster.name"))
        from value in Gen.Elements("null", "true", "1", "1.5", "\"x\"", "[]", "{}", "[1]", "{\"a\":{\"b\":null}}")
        select new CiliumSpec { Version = version, Values = Document(keys, value) };

    private static JsonObject Document(IEnumerable<string> keys, string value)
    {
        var document = new JsonObject();
        foreach (var key in keys)
        {
            document.Set(key, JsonNode.Parse(value));
        }

        return document;
    }

    private static Gen<RoutingSpec> Routings() =>
        from mode in Gen.Elements<RoutingMode?>(null, RoutingMode.Tunnel, RoutingMode.Native)
        from protocol in Gen.Elements<TunnelProtocol?>(null, null, TunnelProtocol.VXLAN, TunnelProtocol.Geneve)
        from port in Gen.Elements<int?>(null, null, 8473, -1)
        from direct in Maybe
        from skip in Gen.Elements<bool?>(null, null, true)
        from cidr in Gen.Elements(null, null, "10.0.0.0/8", "10.0.0.0", "fd00::/8", "0.0.0.0/0")
        from mtu in Gen.Elements<int?>(null, 0, 1500, 3)
        select new RoutingSpec
        {
            Mode = mode,
            TunnelProtocol = protocol,
            TunnelPort = port,
            AutoDirectNodeRoutes = direct,
            DirectRoutingSkipUnreachable = skip,
            Ipv4NativeRoutingCIDR = cidr,
            Mtu = mtu,
        };

    private static Gen<IpamSpec> Ipams() =>
        from mode in Gen.Elements<IpamMode?>(null, IpamMode.ClusterPool)
        from ipv4 in Gen.Elements<string[]?>(null, null, ["10.0.0.0/8"], ["10.1.0.0/16", "10.2.0.0/16"], ["", "x/y"], [])
        from ipv6 in Gen.Elements<string[]?>(null, null, ["fd00::/104"], ["10.0.0.0/8"])
        from mask in Gen.Elements<int?>(null, 24, 0, 33, -5)
        select new IpamSpec { Mode = mode, Ipv4PodCIDRs = ipv4, Ipv6PodCIDRs = ipv6, Ipv4MaskSize = mask };

    private static Gen<LoadBalancerSpec?> Balancers() =>
        from mode in Gen.Elements<LoadBalancerMode?>(null, LoadBalancerMode.SNAT, LoadBalancerMode.DSR, LoadBalancerMode.Hybrid)
        from dispatch in Gen.Elements<DsrDispatch?>(null, DsrDispatch.Option, DsrDispatch.IPIP, DsrDispatch.Geneve)
        from acceleration in Gen.Elements<LoadBalancerAcceleration?>(null, LoadBalancerAcceleration.BestEffort)
        select (LoadBalancerSpec?)new LoadBalancerSpec { Mode = mode, DsrDispatch = dispatch, Acceleration = acceleration };
}
