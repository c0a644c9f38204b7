using NetProfile.Cilium.Agents;
using NetProfile.Crds.NetworkProfiles;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>What a real cluster was captured as, and the conditions that follow. Two of these clusters look healthy and aren't.</summary>
public sealed class RealCaptureTests
{
    /// <summary>All captures of `cilium status`. Hubble Relay had no certificate in most of them, which is left out here by not looking at it.</summary>
    [Theory]
    [InlineData("1-tunnel", "Tunnel [VXLAN]")]
    [InlineData("2a-native", "Native")]
    [InlineData("2e-kpr-with-kube-proxy", "Native")]
    [InlineData("2f-kube-proxy-removed", "Native")]
    [InlineData("3a-noclean/4-restarted", "Tunnel [VXLAN]")]
    [InlineData("5-all-ok", "Tunnel [VXLAN]")]
    public void A_healthy_cluster_is_Ready_once_its_peers_were_reached(string capture, string routing)
    {
        var cluster = CapturedCluster.Of(capture);
        cluster.Deployments.RemoveAll(d => d.Metadata.Name == "hubble-relay");
        cluster.Pods.RemoveAll(p => p.Metadata.Labels!.GetValueOrDefault("k8s-app") == "hubble-relay");
        cluster.Spec = cluster.Spec with { Hubble = null };

        var status = cluster.Report();

        Assert.Equal(("True", "NetworkReady"), AgentReportTests.Said(status, "Ready"));
        Assert.Equal(("True", "Active"), AgentReportTests.Said(status, "RoutingActive"));
        Assert.Equal(routing, status.Features!.Single(f => f.Name == "Routing").Reported);
        Assert.All(status.Features!.Where(f => f.NodesTotal > 0), f => Assert.Equal((3, 3), (f.NodesReporting, f.NodesTotal)));
    }

    /// <summary>Each error and warning of the CLI, in the same words or in better ones.</summary>
    [Theory]
    [InlineData("1-tunnel", "1 pods of Deployment hubble-relay are not ready", "container hubble-relay crashes again and again")]
    [InlineData("2a-native", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("2e-kpr-with-kube-proxy", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("2f-kube-proxy-removed", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("2g-uninstalled", "DaemonSet cilium does not exist")]
    [InlineData("3a-noclean/1-after-install", "node1, node2, node3: flannel.1 holds UDP port 8472", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("3a-noclean/4-restarted", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("4a-native-no-cidr", "2 pods of DaemonSet cilium are not ready", "DaemonSet cilium is rolling out: 2 of 3 pods updated", "exit code 255 (2 pods affected)", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("4h-native-no-routes", "1 pods of Deployment hubble-relay are not ready")]
    [InlineData("5-all-ok")]
    public void What_the_CLI_printed_stands_in_ours(string capture, params string[] stands)
    {
        var status = CapturedCluster.Of(capture).Report();

        Assert.Equal(CapturedCluster.ErrorsOf(capture).Distinct().Count(), stands.Length);
        Assert.All(stands, text => Assert.Contains(status.Conditions!, c => c.Message!.Contains(text, StringComparison.Ordinal)));
        Assert.Equal(stands.Length == 0 ? "True" : "False", AgentReportTests.Said(status, "Ready").Status);
    }

    [Fact]
    public void Another_overlay_on_the_port_is_not_Ready_with_the_cause()
    {
        var status = CapturedCluster.Of("3a-noclean/1-after-install").Report();

        Assert.Equal(("False", "Degraded"), AgentReportTests.Said(status, "Ready"));
        Assert.Contains("flannel.1 holds UDP port 8472", status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_without_routes_is_not_Ready_with_the_cause_though_every_agent_says_Ok()
    {
        var cluster = CapturedCluster.Of("4h-native-no-routes");
        cluster.Spec = cluster.Spec with { Routing = cluster.Spec.Routing! with { AutoDirectNodeRoutes = false }, Hubble = null };
        cluster.Deployments.RemoveAll(d => d.Metadata.Name == "hubble-relay");
        foreach (var node in cluster.Nodes.ToList())
        {
            cluster.Change(node, a => a with { Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = new HealthReport(node, [.. cluster.Nodes.Select(peer => new PeerHealth(peer, true, peer == node, peer == node ? "" : "icmp: Connection timed out"))]) } } });
        }

        var status = cluster.Report();

        Assert.Equal(("True", "Ready"), AgentReportTests.Said(status, "AgentsReady"));
        Assert.Equal(("False", "PeersUnreachable"), AgentReportTests.Said(status, "Ready"));
        Assert.Contains("spec.routing.autoDirectNodeRoutes", status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Native_without_a_CIDR_is_explained_by_the_line_that_agents_die_with()
    {
        var cluster = CapturedCluster.Of("4a-native-no-cidr");
        var line = AgentText.FatalLine(CapturedCluster.Text("4a-native-no-cidr", "agent-previous.log"))!;
        cluster.LastWords["node1"] = line;
        cluster.LastWords["node2"] = line;

        var status = cluster.Report();

        Assert.Equal(("False", "CrashLooping"), AgentReportTests.Said(status, "Ready"));
        Assert.StartsWith("the agent on node1, node2 died with: invalid daemon configuration: native routing cidr must be configured", status.Conditions!.Single(c => c.Type == "AgentsReady").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("level=info", status.Conditions!.Single(c => c.Type == "Ready").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_uninstalled_cluster_says_so_everywhere_and_is_on_its_way()
    {
        var status = CapturedCluster.Of("2g-uninstalled").Report();

        Assert.All(new[] { "AgentsReady", "OperatorReady", "EnvoyReady", "HubbleReady", "RoutingActive", "PodsManaged", "HelmReleased" }, type => Assert.Equal(("False", "NotInstalled"), AgentReportTests.Said(status, type)));
        Assert.Equal(NetworkProfilePhase.Pending, status.Phase);
        Assert.Null(status.Features);
    }
}
