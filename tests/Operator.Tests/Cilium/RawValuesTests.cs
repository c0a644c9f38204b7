using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class RawValuesTests
{
    [Fact]
    public void Documents_merge_in_order_and_the_inline_values_win()
    {
        var review = Review("debug: {enabled: true}", ("ConfigMap a", "{debug: {enabled: false, verbose: flow}, operator: {replicas: 5}}"), ("Secret b", "{operator: {replicas: 4}}"));

        Assert.True(review.Accepted, string.Join('\n', review.Findings));
        Assert.Equal("""{"enabled":true,"verbose":"flow"}""", review.Values!["debug"]!.ToJsonString());
        Assert.Equal("4", review.Values["operator"]!["replicas"]!.ToString());
    }

    [Fact]
    public void A_finding_names_the_document_that_it_is_in()
    {
        var review = Review("{}", ("ConfigMap cilium-extra, key values.yaml", "{noSuchKey: 1}"));

        Assert.Equal("ConfigMap cilium-extra, key values.yaml: noSuchKey", Assert.Single(review.Findings).Field);
    }

    [Fact]
    public void What_stands_in_a_Secret_is_never_shown()
    {
        var review = Review("{}", ("Secret cilium-extra, key values.yaml", "{noSuchKey: hunter2, routingMode: hunter2, operator: {replicas: hunter2}, bpf: {datapathMode: hunter2}}"));

        Assert.Equal(4, review.Findings.Count);
        Assert.DoesNotContain(review.Findings, f => f.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_of_accepted_raw_values_is_dropped()
    {
        const string Raw = """
            {"annotations":{"a":"b"},"cluster":{"id":7,"name":"east"},"extraConfig":{"allocator-list-timeout":"3m"},"l7Proxy":false,"nodePort":{"range":"30000,32767"},"podAnnotations":null,"prometheus":{"enabled":true},"tolerations":[{"key":"x"}]}
            """;

        var review = Review(Raw);

        Assert.True(review.Accepted, string.Join('\n', review.Findings));
        foreach (var (key, value) in JsonNode.Parse(Raw)!.AsObject())
        {
            Assert.True(review.Values!.ContainsKey(key));
            Assert.True(JsonNode.DeepEquals(value, review.Values[key]), key);
        }
    }

    [Fact]
    public void No_typed_key_can_be_reached_by_raw_values()
    {
        foreach (var path in OwnedKeys.All)
        {
            var values = new JsonObject();
            values.Set(path, "x");

            var review = Review(values.ToJsonString());

            Assert.Contains(review.Findings, f => f.Reason == FindingReasons.OwnedByField && f.Field == "spec.cilium.values: " + path);
        }
    }

    [Theory]
    [InlineData("{hubble: null}")]
    [InlineData("{ipam: {operator: null}}")]
    [InlineData("{bpf: []}")]
    [InlineData("{encryption: true}")]
    public void A_whole_map_that_typed_fields_share_cannot_be_wiped_out(string values) =>
        Assert.Contains(Review(values).Findings, f => f.Reason == FindingReasons.OwnedByField);

    [Theory]
    [InlineData("{hubble: {rely: {enabled: true}}}", "hubble.relay")]
    [InlineData("{operator: {replica: 1}}", "operator.replicas")]
    [InlineData("{debugg: {enabled: true}}", "debug")]
    public void A_misspelt_key_is_answered_with_the_right_one(string values, string right) =>
        Assert.Contains($"did you mean {right}?", Assert.Single(Review(values).Findings).Message, StringComparison.Ordinal);

    [Fact]
    public void A_release_newer_than_the_tables_may_know_more_keys()
    {
        var review = SpecValidation.Review(
            new NetworkProfileSpec { Cilium = new CiliumSpec { Version = "1.20.7", Values = YamlReader.ReadObject("{brandNew: 1}") } }, ValuesCase.Cluster);

        Assert.True(review.Accepted);
        Assert.Equal(FindingReasons.UnknownKey, Assert.Single(review.Findings).Reason);
    }

    [Fact]
    public void With_Kubernetes_IPAM_the_families_may_be_said_by_raw_values()
    {
        var spec = new NetworkProfileSpec
        {
            Cilium = new CiliumSpec { Version = "1.19.6", Values = YamlReader.ReadObject("{ipv6: {enabled: true}}") },
            Ipam = new IpamSpec { Mode = IpamMode.Kubernetes },
        };

        var review = SpecValidation.Review(spec, ValuesCase.Cluster);

        Assert.True(review.Accepted, string.Join('\n', review.Findings));
        Assert.True(review.Values!["ipv6"]!["enabled"]!.GetValue<bool>());
        Assert.Equal("kubernetes", review.Values["ipam"]!["mode"]!.GetValue<string>());
    }

    private static ProfileReview Review(string values, params (string Source, string Yaml)[] documents) => SpecValidation.Review(
        new NetworkProfileSpec { Cilium = new CiliumSpec { Version = "1.19.6", Values = YamlReader.ReadObject(values) } },
        ValuesCase.Cluster with { ValuesFrom = [.. documents.Select(d => new RawValues(d.Source, YamlReader.ReadObject(d.Yaml)))] });
}
