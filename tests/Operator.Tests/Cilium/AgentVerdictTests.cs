using NetProfile.Cilium;
using NetProfile.Cilium.Agents;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

/// <summary>Answers of real agents, from a healthy cluster and from some that only looked healthy.</summary>
public class AgentVerdictTests
{
    private static readonly CiliumFeature[] Tunnel = [new(FeatureNames.Routing, "Tunnel [VXLAN]"), new(FeatureNames.KubeProxyReplacement, "False")];

    [Theory]
    [InlineData("1-tunnel", "Tunnel [VXLAN]", "False")]
    [InlineData("2a-native", "Native", "False")]
    [InlineData("2e-kpr-with-kube-proxy", "Native", "True")]
    [InlineData("2f-kube-proxy-removed", "Native", "True")]
    [InlineData("5-all-ok", "Tunnel [VXLAN]", "False")]
    public void An_agent_of_a_healthy_cluster_is_healthy(string capture, string routing, string replacement)
    {
        var seen = Observe(capture);

        var verdict = AgentVerdict.Of(seen with { Health = null }, [new(FeatureNames.Routing, routing), new(FeatureNames.KubeProxyReplacement, replacement)]);

        Assert.Empty(verdict.Errors);
        Assert.Empty(verdict.Deviations);
        Assert.Equal("1.19.0-pre.4", seen.Status!.Version);
    }

    [Fact]
    public void An_agent_without_datapath_is_told_from_a_healthy_one_although_it_says_Ok()
    {
        var seen = Observe("3a-noclean/1-after-install", "node1-status-verbose.txt");
        Assert.Equal("Ok", seen.Status!.Agent!.State);

        var verdict = AgentVerdict.Of(seen with { Running = TimeSpan.FromMinutes(2) }, Tunnel);

        Assert.Contains(verdict.Errors, e => e.Contains("health daemon isn't running", StringComparison.Ordinal));
        Assert.Contains(verdict.Errors, e => e.Contains("job-reinitialize: Failed to reinitialize datapath", StringComparison.Ordinal));
        Assert.Contains(verdict.Errors, e => e.Contains("own endpoints are regenerating", StringComparison.Ordinal));
        Assert.Contains(verdict.Warnings, w => w.Contains("flannel.1", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_agent_just_started_is_only_a_warning()
    {
        var verdict = AgentVerdict.Of(Observe("3a-noclean/1-after-install") with { Running = TimeSpan.FromSeconds(10) }, Tunnel);

        Assert.Empty(verdict.Errors);
        Assert.NotEmpty(verdict.Warnings);
    }

    [Fact]
    public void An_agent_that_routes_otherwise_than_wanted_deviates()
    {
        var verdict = AgentVerdict.Of(Observe("2a-native"), Tunnel);

        Assert.Equal([new CiliumFeature(FeatureNames.Routing, "Native")], verdict.Deviations);
    }

    [Fact]
    public void The_fatal_line_of_a_dead_agent_is_found_in_its_previous_log()
    {
        var log = File.ReadAllText(Capture("4a-native-no-cidr", "agent-previous.log"));

        Assert.StartsWith("invalid daemon configuration: native routing cidr must be configured", AgentText.FatalLine(log), StringComparison.Ordinal);
        Assert.Null(AgentText.FatalLine("level=info msg=\"fine\""));
    }

    [Fact]
    public void Degraded_modules_are_read_from_the_table_of_health()
    {
        var table = """
            Module                       Component          Level      Message                                          LastOK   UpdatedAt
            agent.datapath.orchestrator  job-reinitialize   Degraded   Failed to reinitialize datapath: port in use     17s      6s
            agent.infra.agent-healthz    job-agent-healthz  OK         Running                                          17s      17s
            """;

        Assert.Equal(["job-reinitialize: Failed to reinitialize datapath: port in use"], AgentText.DegradedInHealthTable(table)!);
        Assert.Null(AgentText.DegradedInHealthTable("Error: unknown command \"statedb\""));
    }

    [Fact]
    public void An_empty_health_report_says_nothing()
    {
        var report = HealthReport.Parse("""{"local":{"name":"node1"},"nodes":null,"probeInterval":"0s"}""")!;

        Assert.Empty(report.Peers);
        Assert.Empty(AgentVerdict.Of(Observe(Healthy, report), Tunnel).Errors);
    }

    [Fact]
    public void A_peer_that_answers_by_its_node_address_only_is_an_error_that_says_so()
    {
        var report = HealthReport.Parse("""
            {"local":{"name":"node1"},"nodes":[
             {"name":"node1","health-endpoint":{"primary-address":{"icmp":{"lastProbed":"2026-01-01T00:00:00Z","status":"Connection timed out"}}}},
             {"name":"node2","host":{"primary-address":{"icmp":{"lastProbed":"2026-01-01T00:00:00Z","latency":1}}},
              "health-endpoint":{"primary-address":{"icmp":{"lastProbed":"2026-01-01T00:00:00Z","status":"Connection timed out"}}}},
             {"name":"node3","host":{"primary-address":{"ip":"10.0.0.3"}}}]}
            """);

        var verdict = AgentVerdict.Of(Observe(Healthy, report), Tunnel);

        Assert.Equal(["node2"], verdict.UnreachedPeers);
        Assert.Contains("1 of 2 peers aren't reached by their pod address", Assert.Single(verdict.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Error: Cannot get status/probe: …")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"cilium\":")]
    public void What_is_no_status_is_no_status(string answer)
    {
        Assert.Null(AgentStatus.Parse(answer));
        Assert.Single(AgentVerdict.Of(new AgentObservation { Node = "n", Status = AgentStatus.Parse(answer), Unreachable = answer }, Tunnel).Errors);
    }

    [Fact]
    public void A_status_of_odd_types_and_missing_fields_is_still_read()
    {
        var status = AgentStatus.Parse("""
            {"cilium":{"state":"Warning","msg":"1.15.3 (v1.15.3)    Not all probes executed at least once"},"host-routing":{"mode":"BPF"},"kube-proxy-replacement":{"mode":"Strict","features":7},
             "masquerading":[],"controllers":[{"name":"a","status":{"consecutive-failure-count":2,"last-failure-msg":"no"}},{"name":"b","status":{"failure-count":9}},3],
             "ipv4-big-tcp":{"enabled":true,"maxGSO":65536},"hubble":{"state":"Disabled"},"stale":{"k8s":"2026-01-01T00:00:00Z"},"bandwidth-manager":{"devices":null}}
            """)!;

        Assert.Equal("1.15.3", status.Version);
        Assert.Equal("a", Assert.Single(status.FailingControllers).Name);
        Assert.Equal(["k8s"], status.StaleProbes);
        Assert.Null(status.Masquerading);
        Assert.Null(status.RoutingMode);
        Assert.False(status.Ipv4BigTcp!.Effective);
        var features = CiliumFeatures.Reported(status);
        Assert.Contains(new CiliumFeature(FeatureNames.HostRouting, "BPF"), features);
        Assert.Contains(new CiliumFeature(FeatureNames.KubeProxyReplacement, "True"), features);
        Assert.Contains(new CiliumFeature(FeatureNames.Ipv4BigTcp, "Disabled"), features);
        Assert.DoesNotContain(features, f => f.Name == FeatureNames.Routing);
    }

    private const string Healthy = """
        {"cilium":{"state":"Ok","msg":"1.19.6 (v1.19.6-0)"},"cluster":{"ciliumHealth":{"state":"Ok"}},"routing":{"inter-host-routing-mode":"Tunnel","tunnel-protocol":"vxlan"}}
        """;

    private static AgentObservation Observe(string status, HealthReport? health) => new() { Node = "node1", Status = AgentStatus.Parse(status), Health = health };

    private static AgentObservation Observe(string capture, string? statusText = null) => new()
    {
        Node = "node1",
        Status = AgentStatus.Parse(File.ReadAllText(Capture(capture, "node1-status.json"))),
        Endpoints = EndpointState.ParseList(File.ReadAllText(Capture(capture, "node1-endpoints.json"))),
        DegradedModules = statusText is null ? null : AgentText.DegradedModules(File.ReadAllText(Capture(capture, statusText))),
    };

    private static string Capture(params string[] path)
    {
        var file = Repository.SharedData(["cilium", "real", .. path]);
        Assert.SkipWhen(file is null, "the captures of a real cluster aren't here");
        return file!;
    }
}
