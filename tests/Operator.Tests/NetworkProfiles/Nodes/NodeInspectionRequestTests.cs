using System.Globalization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Nodes;

public sealed class NodeInspectionRequestTests
{
    [Fact]
    public void A_node_of_a_small_cluster_is_asked_about_every_other_one()
    {
        var request = RequestOf(3, "node-01");
        Assert.Equal(["node-02", "node-00"], request.Peers!.Select(p => p.Node));
        Assert.Equal(["10.0.0.2"], request.Peers![0].Addresses);
    }

    [Fact]
    public void The_pairs_of_a_large_cluster_grow_with_its_nodes_and_each_node_is_asked_about_by_others()
    {
        var asked = Enumerable.Range(0, 60).SelectMany(i => RequestOf(60, Name(i)).Peers!.Select(p => p.Node!)).CountBy(n => n).ToList();
        Assert.Equal(60, asked.Count);
        Assert.All(asked, count => Assert.Equal(16, count.Value));
    }

    [Fact]
    public void A_single_node_has_no_peers() => Assert.Null(RequestOf(1, "node-00").Peers);

    [Fact]
    public void The_overlay_s_port_is_asked_for_in_Tunnel_mode_only()
    {
        Assert.Equal(["udp/8472", "tcp/4240", "tcp/9879", "tcp/4244"], RequestOf(1, "node-00").Ports);
        Assert.Equal(["tcp/4240", "tcp/9879", "tcp/4244"], RequestOf(1, "node-00", RoutingMode.Native).Ports);
    }

    private static InspectionRequest RequestOf(int nodes, string name, RoutingMode mode = RoutingMode.Tunnel)
    {
        var cluster = Enumerable.Range(0, nodes).Select(Node).ToList();
        var spec = NetworkProfileDefaults.Resolve(new NetworkProfileSpec { Routing = new RoutingSpec { Mode = mode } });
        return NodeInspectionRequest.For(name, spec, new PeerRing(cluster), [], requestedAt: null);
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index:00}");

    private static V1Node Node(int index) => new()
    {
        Metadata = new V1ObjectMeta { Name = Name(index) },
        Status = new V1NodeStatus { Addresses = [new V1NodeAddress { Type = "InternalIP", Address = string.Create(CultureInfo.InvariantCulture, $"10.0.0.{index}") }, new V1NodeAddress { Type = "Hostname", Address = Name(index) }] },
    };
}
