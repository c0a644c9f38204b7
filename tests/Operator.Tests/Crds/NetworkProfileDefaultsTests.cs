using System.Text.Json.Nodes;
using System.Reflection;
using System.Text.Json;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.Schema;
using NetProfile.Crds;
using Xunit;

namespace NetProfile.Operator.Tests.Crds;

public sealed class NetworkProfileDefaultsTests
{
    [Fact]
    public void What_the_API_server_fills_in_is_what_the_operator_would_assume()
    {
        var spec = CrdTree.Schema(CrdTree.NetworkProfile)["properties"]!["spec"]!.AsObject();
        var filled = Filled(spec);
        filled["cilium"] = Filled(spec["properties"]!["cilium"]!.AsObject());
        filled["ipam"] = Filled(spec["properties"]!["ipam"]!.AsObject());
        filled["routing"] = Filled(spec["properties"]!["routing"]!.AsObject());

        Assert.Equal(Resolved("{}"), Resolved(filled.ToJsonString()));
    }

    [Fact]
    public void A_values_reference_reads_as_the_API_server_fills_it_in()
    {
        var item = CrdTree.Schema(CrdTree.NetworkProfile)["properties"]!["spec"]!["properties"]!["cilium"]!["properties"]!["valuesFrom"]!["items"]!.AsObject();
        var filled = Filled(item);
        filled["name"] = "x";
        filled["kind"] = "Secret";

        var reference = Assert.Single(Resolve("{\"cilium\":{\"valuesFrom\":[" + filled.ToJsonString() + "]}}").Cilium.ValuesFrom);
        Assert.Equal(Resolve("""{"cilium":{"valuesFrom":[{"name":"x","kind":"Secret"}]}}""").Cilium.ValuesFrom[0], reference);
    }

    [Fact]
    public void Nothing_at_all_resolves()
    {
        var effective = NetworkProfileDefaults.Resolve(null);

        Assert.Equal("", effective.Cilium.Version);
        Assert.Equal(ApprovalPolicy.Disruptive, effective.Approval);
        Assert.Equal(DeletionPolicy.Retain, effective.DeletionPolicy);
        Assert.Equal("10%", effective.Rollout.MaxUnavailable.Value);
        Assert.Equal(MigrationStrategy.Overlap, effective.PreviousCNI.Strategy);
    }

    [Theory]
    [InlineData("""{"routing":{"mode":"Native"}}""", true)]
    [InlineData("""{"routing":{"mode":"Native"},"bgpControlPlane":true}""", false)]
    [InlineData("""{"routing":{"mode":"Native","autoDirectNodeRoutes":false}}""", false)]
    [InlineData("""{"routing":{"mode":"Tunnel"}}""", false)]
    [InlineData("{}", false)]
    public void Nodes_install_routes_to_each_other_with_Native_unless_BGP_does(string spec, bool expected)
    {
        Assert.Equal(expected, Resolve(spec).Routing.AutoDirectNodeRoutes);
    }

    [Theory]
    [InlineData("{}", MasqueradingMode.IPTables, HostRoutingMode.Legacy)]
    [InlineData("""{"kubeProxyReplacement":{"enabled":true}}""", MasqueradingMode.BPF, HostRoutingMode.BPF)]
    [InlineData("""{"kubeProxyReplacement":{"enabled":true},"masquerading":{"mode":"IPTables"}}""", MasqueradingMode.IPTables, HostRoutingMode.Legacy)]
    [InlineData("""{"kubeProxyReplacement":{"enabled":true},"hostRouting":"Legacy"}""", MasqueradingMode.BPF, HostRoutingMode.Legacy)]
    public void Masquerading_and_host_routing_follow_kube_proxy_replacement(string spec, MasqueradingMode masquerading, HostRoutingMode hostRouting)
    {
        var effective = Resolve(spec);
        Assert.Equal(masquerading, effective.Masquerading.Mode);
        Assert.Equal(hostRouting, effective.HostRouting);
    }

    [Theory]
    [InlineData("{}", 8472, false)]
    [InlineData("""{"routing":{"tunnelProtocol":"Geneve"}}""", 6081, false)]
    [InlineData("""{"routing":{"tunnelPort":8473}}""", 8473, true)]
    public void The_overlays_port_follows_its_protocol(string spec, int port, bool isExplicit)
    {
        var routing = Resolve(spec).Routing;
        Assert.Equal(port, routing.TunnelPort);
        Assert.Equal(isExplicit, routing.TunnelPortIsExplicit);
    }

    [Theory]
    [InlineData("{}", "10.0.0.0/8")]
    [InlineData("""{"ipam":{"ipv4PodCIDRs":["10.245.0.0/16"]}}""", "10.245.0.0/16")]
    [InlineData("""{"ipam":{"ipv6PodCIDRs":["fd00::/104"]}}""", "")]
    [InlineData("""{"ipam":{"mode":"Kubernetes"}}""", "")]
    public void The_IPv4_pool_has_a_default_only_where_no_pool_is_given(string spec, string pool)
    {
        Assert.Equal(pool, string.Join(",", Resolve(spec).Ipam.Ipv4PodCIDRs));
    }

    [Fact]
    public void Every_default_that_the_reference_states_is_the_one_that_is_assumed()
    {
        var stated = Stated(typeof(NetworkProfileSpec)).ToList();
        var native = Resolved("""{"routing":{"mode":"Native"},"ipam":{},"kubeProxyReplacement":{"kubeProxy":"Keep"}}""");

        Assert.True(stated.Count > 30);
        Assert.All(stated, field => Assert.Equal(Resolved("{}"), Resolved(Nested(field.Path, field.Json))));
        Assert.NotEqual(Resolved("{}"), native);
    }

    private static IEnumerable<(string Path, string Json)> Stated(Type type, string path = "")
    {
        foreach (var property in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (property.GetCustomAttribute<SchemaAttribute>() is { AssumedJson: { } json })
            {
                yield return ($"{path}{name}", json);
            }

            var inner = property.PropertyType.Name.EndsWith("Spec", StringComparison.Ordinal) ? Stated(property.PropertyType, $"{path}{name}.") : [];
            foreach (var field in inner)
            {
                yield return field;
            }
        }
    }

    private static string Nested(string path, string json) =>
        path.Split('.').Reverse().Aggregate(json, (inner, name) => $"{{\"{name}\":{inner}}}");

    private static EffectiveSpec Resolve(string spec) => NetworkProfileDefaults.Resolve(JsonSerializer.Deserialize(spec, CrdsJsonContext.Default.NetworkProfileSpec));

    /// <summary>Records with lists don't compare by value; their text does.</summary>
    private static string Resolved(string spec)
    {
        var effective = Resolve(spec);
        var text = effective with { Cilium = effective.Cilium with { Values = [], ValuesFrom = [] } };
        return string.Join('\n', text, string.Join(",", effective.Ipam.Ipv4PodCIDRs), effective.Cilium.Values.ToJsonString());
    }

    private static JsonObject Filled(JsonObject schema)
    {
        var filled = new JsonObject();
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            if (property!["default"] is { } value)
            {
                filled[name] = value.DeepClone();
            }
        }

        return filled;
    }
}
