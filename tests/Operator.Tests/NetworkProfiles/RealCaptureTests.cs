using System.Text.Json.Nodes;
using NetProfile.Cilium.Agents;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using NetProfile.Serialization;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>What agents of a real cluster said, and the conditions that follow. Two of these clusters look healthy and aren't.</summary>
public sealed class RealCaptureTests
{
    [Theory]
    [InlineData("1-tunnel", RoutingMode.Tunnel, false)]
    [InlineData("2a-native", RoutingMode.Native, false)]
    [InlineData("2f-kube-proxy-removed", RoutingMode.Native, true)]
    [InlineData("5-all-ok", RoutingMode.Tunnel, false)]
    public void A_healthy_cluster_is_Ready_once_its_peers_were_reached(string capture, RoutingMode mode, bool replacement)
    {
        var status = Cluster(capture, mode, replacement).Report();

        Assert.Equal(("True", "NetworkReady"), AgentReportTests.Said(status, "Ready"));
        Assert.Equal(("True", "Active"), AgentReportTests.Said(status, "RoutingActive"));
        Assert.All(status.Features!.Where(f => f.NodesTotal > 0), f => Assert.Equal(3, f.NodesReporting));
    }

    [Fact]
    public void Another_overlay_on_the_port_is_not_Ready_with_the_cause()
    {
        var cluster = Cluster("1-tunnel", RoutingMode.Tunnel, false);
        foreach (var node in cluster.Nodes.ToList())
        {
            cluster.Says(node, File.ReadAllText(Capture("3a-noclean/1-after-install", "node1-status.json")), EndpointState.ParseList(File.ReadAllText(Capture("3a-noclean/1-after-install", "node1-endpoints.json"))));
        }

        var status = cluster.Report();

        Assert.Equal(("False", "Degraded"), AgentReportTests.Said(status, "Ready"));
        Assert.Contains("flannel.1 holds UDP port 8472", status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_without_routes_is_not_Ready_with_the_cause_though_every_agent_says_Ok()
    {
        var cluster = Cluster("2a-native", RoutingMode.Native, false);
        cluster.Spec = cluster.Spec with { Routing = cluster.Spec.Routing! with { AutoDirectNodeRoutes = false } };
        var agents = JsonNode.Parse(WithoutNotes("4h-native-no-routes", "cli-status.json"))!["cilium_status"]!.AsObject();
        foreach (var (node, agent) in cluster.Nodes.ToList().Zip(agents))
        {
            cluster.Says(node, agent.Value!.ToJsonString(), lost: [.. cluster.Nodes.Where(n => n != node)]);
        }

        var status = cluster.Report();

        Assert.Equal(("True", "Ready"), AgentReportTests.Said(status, "AgentsReady"));
        Assert.Equal(("False", "PeersUnreachable"), AgentReportTests.Said(status, "Ready"));
        Assert.Contains("spec.routing.autoDirectNodeRoutes", status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_without_a_CIDR_is_explained_by_the_line_that_agents_die_with()
    {
        var line = AgentText.FatalLine(File.ReadAllText(Capture("4a-native-no-cidr", "agent-previous.log")))!;
        var cluster = Cluster("2a-native", RoutingMode.Native, false);
        cluster.ReadyAgents = 1;
        cluster.LastWords["node1"] = line;
        cluster.LastWords["node2"] = line;

        var status = cluster.Report();

        Assert.Equal("False", AgentReportTests.Said(status, "Ready").Status);
        Assert.Contains("the agent on node1, node2 died with: invalid daemon configuration: native routing cidr must be configured", status.Conditions!.Single(c => c.Type == "AgentsReady").Message, StringComparison.Ordinal);
    }

    /// <summary>Three nodes whose agents all say what the captured one said, and reach each other.</summary>
    private static ReportedCluster Cluster(string capture, RoutingMode mode, bool replacement)
    {
        var cluster = new ReportedCluster();
        var config = YamlReader.ReadObject(File.ReadAllText(Capture(capture, "cm-cilium-config.yaml")))["data"]!.AsObject();
        cluster.Config.Clear();
        foreach (var (key, value) in config)
        {
            cluster.Config[key] = (string)value!;
        }

        cluster.Spec = cluster.Spec with
        {
            Routing = new RoutingSpec { Mode = mode },
            Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.0.0.0/8"] },
            KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = replacement },
            Masquerading = new MasqueradingSpec { Mode = cluster.Config.GetValueOrDefault("enable-bpf-masquerade") == "true" ? MasqueradingMode.BPF : MasqueradingMode.IPTables },
        };
        foreach (var node in cluster.Nodes.ToList())
        {
            cluster.Says(node, File.ReadAllText(Capture(capture, "node1-status.json")));
        }

        return cluster;
    }

    /// <summary>The captures end with notes of whoever took them.</summary>
    private static string WithoutNotes(string capture, string file)
    {
        var text = File.ReadAllText(Capture(capture, file));
        return text[..(text.LastIndexOf('}') + 1)];
    }

    private static string Capture(params string[] path)
    {
        var file = Repository.SharedData(["cilium", "real", .. path]);
        Assert.SkipWhen(file is null, "the captures of a real cluster aren't here");
        return file!;
    }
}
