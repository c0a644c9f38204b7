using System.Text.Json;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Crds;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

public sealed class JsonTests
{
    [Fact]
    public void A_profile_reads_what_the_schema_calls_its_fields()
    {
        var spec = Read("""
            {"apiVersion":"netprofile.io/v1alpha1","kind":"NetworkProfile","metadata":{"name":"cluster","generation":3},"spec":{
              "cilium":{"version":"1.19.6","values":{"a":{"b":1}}},
              "routing":{"mode":"Native","tunnelProtocol":"VXLAN","ipv4NativeRoutingCIDR":"10.245.0.0/16","mtu":0},
              "ipam":{"mode":"ClusterPool","ipv4PodCIDRs":["10.245.0.0/16"],"ipv6MaskSize":120},
              "bigTCP":{"ipv4":true},"previousCNI":{"kind":"Flannel"},"bgpControlPlane":true,
              "encryption":{"type":"IPsec"},"rollout":{"maxUnavailable":2}}}
            """).Spec!;

        Assert.Equal(RoutingMode.Native, spec.Routing!.Mode);
        Assert.Equal("10.245.0.0/16", spec.Routing.Ipv4NativeRoutingCIDR);
        Assert.Equal(["10.245.0.0/16"], spec.Ipam!.Ipv4PodCIDRs!);
        Assert.True(spec.BigTCP!.Ipv4);
        Assert.Equal(PreviousCniKind.Flannel, spec.PreviousCNI!.Kind);
        Assert.True(spec.BgpControlPlane);
        Assert.Equal(EncryptionType.IPsec, spec.Encryption!.Type);
        Assert.Equal("2", spec.Rollout!.MaxUnavailable!.Value.Value);
        Assert.Equal("""{"a":{"b":1}}""", spec.Cilium!.Values!.ToJsonString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"spec":null,"status":null}""")]
    [InlineData("""{"spec":{},"status":{}}""")]
    [InlineData("""{"spec":{"cilium":{},"unknown":{"a":[1]}},"status":{"nodes":{},"plan":{"steps":[{}]},"backup":{},"features":[{}]}}""")]
    public void An_object_with_fields_missing_is_still_read(string json)
    {
        Assert.NotNull(Read(json));
        Assert.NotNull(JsonSerializer.Deserialize(json, CrdsJsonContext.Default.V1Alpha1NodeNetwork));
    }

    [Fact]
    public void A_status_to_be_applied_holds_nothing_but_what_was_set()
    {
        var profile = new V1Alpha1NetworkProfile
        {
            Metadata = new V1ObjectMeta { Name = "cluster" },
            Status = new NetworkProfileStatus { Phase = NetworkProfilePhase.Ready, ObservedGeneration = 2 },
        };

        Assert.Equal(
            """{"apiVersion":"netprofile.io/v1alpha1","kind":"NetworkProfile","metadata":{"name":"cluster"},"status":{"observedGeneration":2,"phase":"Ready"}}""",
            JsonSerializer.Serialize(profile, CrdsJsonContext.Default.V1Alpha1NetworkProfile));
    }

    [Fact]
    public void A_task_is_told_by_its_discriminator_wherever_that_stands()
    {
        var spec = JsonSerializer.Deserialize("""{"tasks":[{"because":"left over","id":"1","entry":"10-flannel.conflist","task":"RemoveFiles"}]}""", CrdsJsonContext.Default.NodeNetworkSpec);

        Assert.Equal("10-flannel.conflist", Assert.IsType<RemoveFilesTask>(Assert.Single(spec!.Tasks!)).Entry);
        Assert.Contains("\"task\":\"RemoveFiles\"", JsonSerializer.Serialize(spec, CrdsJsonContext.Default.NodeNetworkSpec), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", 100, true, 3)]
    [InlineData("\"3\"", 100, true, 3)]
    [InlineData("\"10%\"", 15, true, 2)]
    [InlineData("\"10%\"", 15, false, 1)]
    [InlineData("\"100%\"", 5000, false, 5000)]
    [InlineData("\"x\"", 5, true, 0)]
    public void A_count_or_a_share_scales_as_the_API_machinery_scales_it(string json, int total, bool roundUp, int expected)
    {
        var value = Read("{\"spec\":{\"rollout\":{\"maxUnavailable\":" + json + "}}}").Spec!.Rollout!.MaxUnavailable!.Value;
        Assert.Equal(expected, value.Scale(total, roundUp));
    }

    [Fact]
    public void Every_property_of_the_types_is_in_the_schema_under_the_name_that_JSON_gives_it()
    {
        var names = CrdsJsonContext.Default.NetworkProfileSpec.Properties.Select(property => property.Name).Order(StringComparer.Ordinal);
        var schema = CrdTree.Schema(CrdTree.NetworkProfile)["properties"]!["spec"]!["properties"]!.AsObject();

        Assert.Equal(names, schema.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            CrdsJsonContext.Default.RoutingSpec.Properties.Select(property => property.Name).Order(StringComparer.Ordinal),
            schema["routing"]!["properties"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private static V1Alpha1NetworkProfile Read(string json) => JsonSerializer.Deserialize(json, CrdsJsonContext.Default.V1Alpha1NetworkProfile)!;
}
