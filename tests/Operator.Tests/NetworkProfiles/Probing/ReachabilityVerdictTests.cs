using NetProfile.Crds.Meta;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Probing;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Probing;

public sealed class ReachabilityVerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProbeTarget Kubernetes = ProbeRequests.Service("default", "kubernetes", "10.96.0.1", 443);

    [Fact]
    public void Each_node_tries_its_own_pods_and_those_of_the_next_ones_in_the_ring_and_the_services()
    {
        List<V1Node> nodes = [.. Enumerable.Range(1, 6).Select(i => Node($"node{i}", $"172.30.0.{i}"))];
        List<V1Alpha1NodeNetwork> networks = [.. Enumerable.Range(1, 6).Select(i => Network($"node{i}", new ProbeStatus { Sources = [Source($"10.244.{i}.2"), Source($"10.245.{i}.2", "new")] }))];

        var asked = ProbeRequests.For(nodes, networks, ["10.244.0.0/16"], ["10.245.0.0/16"], [Kubernetes], "1");

        Assert.Equal(6, asked.Count);
        Assert.Equal(
            ["10.244.5.2", "10.245.5.2", "10.244.6.2", "10.245.6.2", "10.244.1.2", "10.245.1.2", "10.244.2.2", "10.245.2.2", "172.30.0.6", "172.30.0.1", "172.30.0.2", "10.96.0.1"],
            asked["node5"].Targets!.Select(target => target.Address));
        Assert.Equal("pod 10.244.6.2 (old) on node6", asked["node5"].Targets![2].Name);
        Assert.Equal(["old", "new"], asked["node5"].Networks!.Select(network => network.Name));
        nodes.Reverse();
        Assert.Equal(asked["node5"].Round, ProbeRequests.For(nodes, networks, ["10.244.0.0/16"], ["10.245.0.0/16"], [Kubernetes], "1")["node5"].Round);
        Assert.NotEqual(asked["node5"].Round, ProbeRequests.For(nodes, networks, ["10.244.0.0/16"], ["10.245.0.0/16"], [Kubernetes], "2")["node5"].Round);
    }

    [Fact]
    public void A_node_that_is_down_is_neither_asked_nor_a_target()
    {
        var asked = ProbeRequests.For([Node("node1", "172.30.0.1"), Node("node2", "172.30.0.2", ready: "Unknown")], [], ["10.244.0.0/16"], [], [], "1");

        Assert.Empty(asked["node1"].Targets!);
        Assert.False(asked.ContainsKey("node2"));
    }

    [Fact]
    public void All_is_well_when_every_node_has_answered_what_it_is_asked_now()
    {
        var networks = new[] { Answered("node1"), Answered("node2") };

        Assert.Equal(Reachability.Ok, Verdict(networks).State);
        Assert.Equal("14 connections from 2 nodes and their pods get through", Verdict(networks).Message);
    }

    [Fact]
    public void Nothing_is_known_before_anyone_is_asked()
    {
        Assert.Equal(Reachability.NotYetMeasured, Verdict().State);
        Assert.Equal(Reachability.NotYetMeasured, Verdict(new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = "node1" } }).State);
    }

    [Fact]
    public void An_answer_to_an_earlier_request_is_none()
    {
        var verdict = Verdict(Answered("node1"), Answered("node2", status => status with { Round = "earlier" }));

        Assert.Equal(Reachability.NotYetMeasured, verdict.State);
        Assert.Equal("1 of 2 nodes have not tried yet: node2", verdict.Message);
    }

    [Fact]
    public void A_node_that_is_down_is_not_waited_for()
    {
        var verdict = ReachabilityVerdict.Of(
            [Answered("node1"), Answered("node2", _ => new ProbeStatus())], [Node("node1", "172.30.0.1"), Node("node2", "172.30.0.2", ready: "Unknown")], Now);

        Assert.Equal(Reachability.Ok, verdict.State);
    }

    [Theory]
    [InlineData("10.244.2.2", "pod 10.244.2.2 (old) on node2")]
    [InlineData("172.30.0.2", "node node2")]
    [InlineData("10.96.0.1", "service default/kubernetes")]
    public void A_failure_between_what_is_there_is_one_once_it_has_lasted(string address, string name)
    {
        var failure = new ProbeFailure { From = "10.245.1.2", To = name, Address = address, Message = "no answer within 4 s", Since = Now.AddSeconds(-15) };

        var verdict = Verdict(Failing(failure), Answered("node2"));

        Assert.Equal(Reachability.Failing, verdict.State);
        Assert.Equal($"connections fail: pod 10.245.1.2 on node1 to {name}: no answer within 4 s", verdict.Message);
        Assert.Equal(Reachability.NotYetMeasured, Verdict(Failing(failure with { Since = Now.AddSeconds(-3) }), Answered("node2")).State);
    }

    [Theory]
    [InlineData("10.244.2.77")]
    [InlineData("172.30.0.9")]
    public void A_pod_that_its_node_no_longer_names_and_a_node_that_is_down_are_no_failures(string address) =>
        Assert.Equal(Reachability.Ok, Verdict(
            Failing(new ProbeFailure { From = "node1", To = "pod or node", Address = address, Message = "no route to host", Since = Now.AddMinutes(-5) }), Answered("node2")).State);

    private static ReachabilityVerdict Verdict(params V1Alpha1NodeNetwork[] networks) =>
        ReachabilityVerdict.Of(networks, [Node("node1", "172.30.0.1"), Node("node2", "172.30.0.2"), Node("node9", "172.30.0.9", ready: "Unknown")], Now);

    private static V1Alpha1NodeNetwork Failing(ProbeFailure failure) => Answered("node1", status => status with { Failed = 1, Failures = [failure] });

    private static V1Alpha1NodeNetwork Answered(string name, Func<ProbeStatus, ProbeStatus>? change = null)
    {
        var number = name[^1];
        var status = new ProbeStatus { Round = "now", Tried = 7, Failed = 0, Sources = [Source($"10.244.{number}.2"), Source($"10.245.{number}.2", "new")] };
        return Network(name, change?.Invoke(status) ?? status);
    }

    private static V1Alpha1NodeNetwork Network(string name, ProbeStatus status) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new NodeNetworkSpec { Inspection = new InspectionRequest { Probe = new ProbeRequest { Round = "now" } } },
        Status = new NodeNetworkStatus { Probe = status },
    };

    private static ProbeSource Source(string address, string network = "old") => new() { Network = network, Address = address };

    private static V1Node Node(string name, string address, string ready = "True") => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Status = new V1NodeStatus
        {
            Addresses = [new V1NodeAddress { Type = "InternalIP", Address = address }],
            Conditions = [new V1StatusCondition { Type = "Ready", Status = ready }],
        },
    };
}
