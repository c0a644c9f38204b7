using NetProfile.Cilium.Agents;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>One cluster in many states: the status that follows is held in a file each.</summary>
public sealed class AgentReportTests
{
    private static readonly EndpointState[] s_regenerating = [new(123, "regenerating", true, false, null), new(1044, "regenerating", false, true, null)];

    private static string Clashing => ReportedCluster.Healthy.Replace("\"ciliumHealth\":{\"state\":\"Ok\"}", "", StringComparison.Ordinal).Replace("[\"eth0\"]", "[\"eth0\",\"flannel.1\"]", StringComparison.Ordinal);

    private static string Native => ReportedCluster.Healthy.Replace("\"Tunnel\"", "\"Native\"", StringComparison.Ordinal);

    public static TheoryData<string> States => [.. s_states.Keys];

    private static readonly Dictionary<string, Func<ReportedCluster>> s_states = new()
    {
        ["healthy"] = () => new ReportedCluster(),
        ["not-asked"] = () => AllAgents(new ReportedCluster(), a => a with { Answer = null }),
        ["asked-one-of-three"] = () => new ReportedCluster().Change("node1", a => a with { Answer = null }).Change("node3", a => a with { Answer = null }),
        ["port-clash"] = () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, Clashing, s_regenerating, ["job-reinitialize: failed to set link up: address already in use"])),
        ["port-clash-just-started"] = () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, Clashing, s_regenerating, running: TimeSpan.FromSeconds(20))),
        ["peers-unreachable"] = () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, ReportedCluster.Healthy, lost: [.. cluster.Nodes.Where(n => n != node)])),
        ["node-down"] = () => Lost(new ReportedCluster(), "node3").NodeDown("node3"),
        ["crash-looping"] = CrashLooping,
        ["out-of-memory"] = () => Died("""{"reason":"OOMKilled","exitCode":137}"""),
        ["image-pull-failing"] = () => Waiting("ImagePullBackOff"),
        ["older-than-the-settings"] = () => new ReportedCluster { ConfigChangedAt = ReportedCluster.Now.AddMinutes(-5) }.Says("node1", ReportedCluster.Healthy, running: TimeSpan.FromMinutes(4)),
        ["controller-failing"] = () => new ReportedCluster().Says("node2", With("\"controllers\":[{\"name\":\"sync-host-ips\",\"status\":{\"consecutive-failure-count\":3,\"last-failure-msg\":\"unable to reach API server\"}}]")),
        ["stale-probe"] = () => new ReportedCluster().Says("node2", With("\"stale\":{\"kubernetes\":\"2026-01-01T00:00:00Z\"}")),
        ["mixed-modes"] = () => new ReportedCluster().Says("node2", Native),
        ["unreachable"] = () => new ReportedCluster().Says("node2", "error dialing backend: no route to host"),
        ["errors-in-the-settings"] = () => new ReportedCluster { ConfigErrors = ["enable-foo: unknown option"] },
        ["hubble-failing"] = () => new ReportedCluster().Says("node1", ReportedCluster.Healthy.Replace("\"hubble\":{\"state\":\"Ok\"}", "\"hubble\":{\"state\":\"Failure\",\"msg\":\"server not initialized\"}", StringComparison.Ordinal)),
        ["kernel-too-old-for-bbr"] = BandwidthMissing,
        ["unmanaged-pods"] = () => new ReportedCluster { Census = new PodCensus { Pods = 16, Managed = 13, Unmanaged = [new("default/web-0", "node1", false), new("default/web-1", "node2", false), new("kube-system/coredns-1", "node1", false)] } },
        ["bare-pods"] = () => new ReportedCluster { Census = new PodCensus { Pods = 16, Managed = 15, Unmanaged = [new("default/by-hand", "node1", true)] } },
        ["kube-proxy-running"] = () => KubeProxy(running: true),
        ["kube-proxy-replaced"] = () => KubeProxy(running: false),
        ["thousand-agents-seven-odd"] = ThousandAgents,
    };

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_has_its_status(string state)
    {
        var status = s_states[state]().Report();

        GoldenFile.Check(Path.Combine(Repository.Root, "tests", "Operator.Tests", "Golden", "Agents", state + ".txt"), ReportedCluster.Text(status));
        Assert.Equal(state is "healthy" or "kube-proxy-replaced" or "node-down", status.Conditions!.Single(c => c.Type == "Ready").Status == ConditionStatus.True);
        Assert.DoesNotContain(status.Conditions!, c => c.Message?.Length > 8192);
        Assert.True((status.Nodes!.Notable?.Count ?? 0) <= 20);
    }

    [Fact]
    public void Trouble_is_called_degraded_after_two_minutes_by_the_time_of_the_condition()
    {
        var cluster = s_states["controller-failing"]();
        cluster.Conditions = new ReportedCluster().Report().Conditions;

        var first = cluster.Report();
        Assert.Equal(("False", "Verifying"), Said(first, "AgentsReady"));
        Assert.Contains(first.Conditions!, c => c.Type == "Reconciling");

        cluster.Conditions = first.Conditions;
        Assert.Equal(("False", "Verifying"), Said(cluster.Report(ReportedCluster.Now.AddSeconds(119)), "AgentsReady"));

        // Nothing is remembered but the conditions: another process says the same.
        var later = cluster.Report(ReportedCluster.Now.AddSeconds(120));
        Assert.Equal(("False", "Degraded"), Said(later, "AgentsReady"));
        Assert.DoesNotContain(later.Conditions!, c => c.Type == "Reconciling");
        Assert.Equal(NetworkProfilePhase.Degraded, later.Phase);
    }

    [Fact]
    public void What_was_measured_before_a_restart_holds_while_a_new_process_asks_around()
    {
        var cluster = new ReportedCluster { IsFirstPass = true, Census = null, Conditions = new ReportedCluster().Report().Conditions }.Change("node3", a => a with { Answer = null });
        Assert.Equal(("True", "NetworkReady"), Said(cluster.Report(ReportedCluster.Now.AddMinutes(1)), "Ready"));

        // Agents that started lately were measured by nobody, and what one of them says counts at once.
        Assert.Equal("Unknown", Said(cluster.Change("node3", a => a with { RunningSince = ReportedCluster.Now.AddSeconds(30) }).Report(ReportedCluster.Now.AddMinutes(1)), "Ready").Status);
        cluster.Change("node3", a => a with { RunningSince = ReportedCluster.Now.AddHours(-1) }).Says("node2", "error dialing backend");
        Assert.Equal("False", Said(cluster.Report(ReportedCluster.Now.AddMinutes(1)), "Ready").Status);

        cluster = new ReportedCluster { Conditions = new ReportedCluster().Report().Conditions }.Change("node3", a => a with { Answer = null });
        Assert.Equal("Unknown", Said(cluster.Report(), "Ready").Status);
    }

    [Fact]
    public void A_rollout_is_hung_after_ten_minutes_without_progress()
    {
        var cluster = Waiting("ImagePullBackOff");
        cluster.Conditions = [new V1Condition { Type = "AgentsReady", Status = ConditionStatus.False, Reason = "PodsNotReady", Message = "", LastTransitionTime = ReportedCluster.Now.AddMinutes(-9) }];
        Assert.Contains(cluster.Report().Conditions!, c => c.Type == "Reconciling");

        var hung = cluster.Report(ReportedCluster.Now.AddMinutes(2));

        Assert.DoesNotContain(hung.Conditions!, c => c.Type == "Reconciling");
        Assert.Contains("nothing has moved since 2026-01-01 11:51 UTC", hung.Conditions!.Single(c => c.Type == "AgentsReady").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_measurement_of_peers_nothing_is_Ready()
    {
        var status = AllAgents(new ReportedCluster(), a => a with { Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = null } } }).Report();

        Assert.Equal(("Unknown", "Configured"), Said(status, "RoutingActive"));
        Assert.NotEqual("True", Said(status, "Ready").Status);
    }

    [Fact]
    public void Where_health_checking_is_off_its_daemon_is_missed_by_nobody()
    {
        var cluster = AllAgents(new ReportedCluster(), a => a with
        {
            MeasuresPeers = false,
            Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = null, HasHealthDaemon = false, Status = a.Answer.Seen.Status! with { ClusterHealth = null } } },
        });

        var status = cluster.Report();

        Assert.Equal(("True", "NetworkReady"), Said(status, "Ready"));
        Assert.Contains("health checking is off", status.Conditions!.Single(c => c.Type == "RoutingActive").Message, StringComparison.Ordinal);
    }

    internal static (string Status, string Reason) Said(NetworkProfileStatus status, string type)
    {
        var condition = status.Conditions!.Single(c => c.Type == type);
        return (condition.Status.ToString(), condition.Reason);
    }

    private static string With(string member) => $"{{{member},{ReportedCluster.Healthy.TrimStart()[1..]}";

    private static ReportedCluster Each(ReportedCluster cluster, Action<ReportedCluster, string> change)
    {
        foreach (var node in cluster.Nodes)
        {
            change(cluster, node);
        }

        return cluster;
    }

    private static ReportedCluster AllAgents(ReportedCluster cluster, Func<AgentReport, AgentReport> change) => Each(cluster, (c, node) => c.Change(node, change));

    /// <summary>The other nodes don't reach this one.</summary>
    private static ReportedCluster Lost(ReportedCluster cluster, string lost) => Each(cluster, (c, node) => c.Says(node, ReportedCluster.Healthy, lost: node == lost ? [] : [lost]));

    private static ReportedCluster CrashLooping()
    {
        var cluster = Died("""{"reason":"Error","exitCode":255,"message":"level=info msg=\"  --enable-ipv4='true'\""}""");
        cluster.LastWords["node1"] = "invalid daemon configuration: native routing cidr must be configured with option --ipv4-native-routing-cidr";
        return cluster;
    }

    private static ReportedCluster Died(string end) => NotReady($$"""{"name":"cilium-agent","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"} },"lastState":{"terminated": {{end}} } }""");

    private static ReportedCluster Waiting(string reason) => NotReady($$"""{"name":"cilium-agent","image":"quay.io/cilium/cilium:v1.19.6","ready":false,"restartCount":0,"state":{"waiting":{"reason":"{{reason}}"} } }""");

    private static ReportedCluster NotReady(string container)
    {
        var cluster = new ReportedCluster { ReadyAgents = 2 };
        foreach (var node in cluster.Nodes)
        {
            var agent = new AgentReport { Node = node, Pod = $"cilium-{node}", Ready = true, RunningSince = ReportedCluster.Now.AddHours(-1), ConfiguredAt = null, MeasuresPeers = true };
            cluster.Pods.Add(ReportedCluster.AgentPodOf(agent, node != "node1", container));
        }

        return cluster.Change("node1", a => a with { Ready = false, Answer = null });
    }

    private static ReportedCluster BandwidthMissing()
    {
        var cluster = Each(new ReportedCluster(), (c, node) => c.Says(node, ReportedCluster.Healthy.Replace(
            "\"bandwidth-manager\":{\"devices\":null}", node == "node3" ? "\"bandwidth-manager\":{\"devices\":null}" : "\"bandwidth-manager\":{\"enabled\":true,\"congestionControl\":\"cubic\"}", StringComparison.Ordinal)));
        cluster.Spec = cluster.Spec with { BandwidthManager = new BandwidthManagerSpec { Enabled = true } };
        cluster.Config["enable-bandwidth-manager"] = "true";
        return cluster;
    }

    private static ReportedCluster KubeProxy(bool running)
    {
        var cluster = Each(new ReportedCluster(), (c, node) => c.Says(node, ReportedCluster.Healthy
            .Replace("\"mode\":\"False\"", "\"mode\":\"True\"", StringComparison.Ordinal).Replace("\"iptables\"", "\"BPF\"", StringComparison.Ordinal).Replace("\"Legacy\"", "\"BPF\"", StringComparison.Ordinal)));
        cluster.Spec = cluster.Spec with { KubeProxyReplacement = new KubeProxyReplacementSpec { Enabled = true } };
        cluster.Config["kube-proxy-replacement"] = "true";
        cluster.Config["enable-bpf-masquerade"] = "true";
        if (running)
        {
            cluster.OtherDaemonSets.Add(new V1DaemonSet { Metadata = new V1ObjectMeta { Name = "kube-proxy", Namespace = "kube-system" }, Status = new V1DaemonSetStatus { DesiredNumberScheduled = 3 } });
        }

        return cluster;
    }

    private static ReportedCluster ThousandAgents()
    {
        var cluster = new ReportedCluster(1000);
        cluster.Spec = cluster.Spec with { Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.0.0.0/8"] } };
        foreach (var node in new[] { "node17", "node180", "node300", "node301" })
        {
            cluster.Says(node, With("\"controllers\":[{\"name\":\"sync-host-ips\",\"status\":{\"consecutive-failure-count\":3,\"last-failure-msg\":\"unable to reach API server\"}}]"));
        }

        cluster.Says("node444", Clashing, s_regenerating, ["job-reinitialize: failed to set link up: address already in use"]);
        cluster.Says("node555", "error dialing backend: no route to host");
        return cluster.Says("node666", Native);
    }
}
