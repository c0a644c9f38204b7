using NetProfile.Cilium.Agents;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.Operator.Tests.NetworkProfiles.Pods;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>One cluster in many states, each as an operator meets it after it has lasted; those that have just begun say so in their names.</summary>
internal static class ReportedStates
{
    private static readonly EndpointState[] s_regenerating = [new(123, "regenerating", true, false, null), new(1044, "regenerating", false, true, null)];

    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(11);

    private static string Clashing => ReportedCluster.Healthy.Replace("\"ciliumHealth\":{\"state\":\"Ok\"}", "", StringComparison.Ordinal).Replace("[\"eth0\"]", "[\"eth0\",\"flannel.1\"]", StringComparison.Ordinal);

    private static string Native => ReportedCluster.Healthy.Replace("\"Tunnel\"", "\"Native\"", StringComparison.Ordinal);

    /// <summary>What Argo CD's health check is to say, and how the state comes about.</summary>
    public static IReadOnlyDictionary<string, (string Health, Func<ReportedCluster> Make)> All { get; } = new Dictionary<string, (string, Func<ReportedCluster>)>
    {
        ["healthy"] = ("Healthy", () => new ReportedCluster()),
        ["not-asked"] = ("Progressing", () => AllAgents(new ReportedCluster(), a => a with { Answer = null })),
        ["asked-one-of-three"] = ("Progressing", () => new ReportedCluster().Change("node1", a => a with { Answer = null }).Change("node3", a => a with { Answer = null })),
        ["rolling-out"] = ("Progressing", RollingOut),
        ["port-clash"] = ("Degraded", () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, Clashing, s_regenerating, ["job-reinitialize: failed to set link up: address already in use"]))),
        ["port-clash-just-started"] = ("Progressing", () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, Clashing, s_regenerating, running: TimeSpan.FromSeconds(20)))),
        ["peers-unreachable"] = ("Degraded", () => Each(new ReportedCluster(), (cluster, node) => cluster.Says(node, ReportedCluster.Healthy, lost: [.. cluster.Nodes.Where(n => n != node)]))),
        ["node-down-just-now"] = ("Healthy", () => Lost(new ReportedCluster(), "node3").NodeDown("node3")),
        ["node-down"] = ("Degraded", NodeDown),
        ["crash-looping"] = ("Degraded", CrashLooping),
        ["out-of-memory"] = ("Degraded", () => Died("""{"reason":"OOMKilled","exitCode":137}""")),
        ["image-pull-failing"] = ("Degraded", () => Lasting(Waiting("ImagePullBackOff"), "AgentsReady")),
        ["image-pull-failing-just-now"] = ("Progressing", () => Waiting("ImagePullBackOff")),
        ["init-waits-for-the-api"] = ("Degraded", () => Lasting(Initialising(), "AgentsReady")),
        ["agents-deleted"] = ("Degraded", () => Lasting(new ReportedCluster { WithoutAgents = true }, "AgentsReady")),
        ["operator-missing"] = ("Degraded", () => Lasting(WithoutOperator(), "OperatorReady")),
        ["operator-missing-just-now"] = ("Progressing", WithoutOperator),
        ["operator-unschedulable"] = ("Degraded", () => Lasting(OperatorUnschedulable(), "OperatorReady")),
        ["relay-down"] = ("Degraded", () => Lasting(RelayDown(), "HubbleReady")),
        ["older-than-the-settings"] = ("Degraded", () => new ReportedCluster { ConfigChangedAt = ReportedCluster.Now.AddMinutes(-5) }.Says("node1", ReportedCluster.Healthy, running: TimeSpan.FromMinutes(4))),
        ["controller-failing"] = ("Degraded", () => new ReportedCluster().Says("node2", FailingController(3))),
        ["stale-probe"] = ("Degraded", () => new ReportedCluster().Says("node2", With("\"stale\":{\"kubernetes\":\"2026-01-01T00:00:00Z\"}")
            .Replace("{\"state\":\"Ok\",\"msg\":\"1.19.6 (v1.19.6-0)\"}", "{\"state\":\"Warning\",\"msg\":\"1.19.6 (v1.19.6-0)    Stale status data\"}", StringComparison.Ordinal))),
        ["mixed-modes"] = ("Degraded", () => new ReportedCluster().Says("node2", Native)),
        ["unreachable"] = ("Degraded", () => new ReportedCluster().Says("node2", "error dialing backend: no route to host")),
        ["errors-in-the-settings"] = ("Degraded", () => new ReportedCluster { ConfigErrors = ["enable-foo: unknown option"] }),
        ["hubble-failing"] = ("Degraded", () => new ReportedCluster().Says("node1", ReportedCluster.Healthy.Replace("\"hubble\":{\"state\":\"Ok\"}", "\"hubble\":{\"state\":\"Failure\",\"msg\":\"server not initialized\"}", StringComparison.Ordinal))),
        ["kernel-too-old-for-bbr"] = ("Degraded", BandwidthMissing),
        ["addresses-used-up"] = ("Healthy", () => new ReportedCluster().Says("node2", ReportedCluster.Healthy.Replace("4/254", "254/254", StringComparison.Ordinal))),
        ["evicted-pods-left-over"] = ("Healthy", EvictedPods),
        ["unmanaged-pods"] = ("Progressing", () => Unmanaged(UnmanagedPodsPolicy.Restart)),
        ["unmanaged-pods-observed"] = ("Degraded", () => Unmanaged(UnmanagedPodsPolicy.Observe)),
        ["unmanaged-pods-refused"] = ("Degraded", Refused),
        ["bare-pods"] = ("Degraded", () => new ReportedCluster { Census = Given.Census("by-hand old", "Deployment/web-1") }),
        ["kube-proxy-running"] = ("Progressing", () => KubeProxy(running: true)),
        ["kube-proxy-replaced"] = ("Healthy", () => KubeProxy(running: false)),
        ["thousand-agents-seven-odd"] = ("Degraded", ThousandAgents),
    };

    public static string FailingController(int times) =>
        With($"\"controllers\":[{{\"name\":\"sync-host-ips\",\"status\":{{\"consecutive-failure-count\":{times},\"last-failure-msg\":\"unable to reach API server\"}}}}]");

    internal static string With(string member) => $"{{{member},{ReportedCluster.Healthy.TrimStart()[1..]}";

    /// <summary>It has been so for longer than anything is waited for.</summary>
    private static ReportedCluster Lasting(ReportedCluster cluster, string type)
    {
        cluster.Conditions = [ReportedCluster.StandsFor(type, s_long)];
        return cluster;
    }

    internal static ReportedCluster Each(ReportedCluster cluster, Action<ReportedCluster, string> change)
    {
        foreach (var node in cluster.Nodes)
        {
            change(cluster, node);
        }

        return cluster;
    }

    internal static ReportedCluster AllAgents(ReportedCluster cluster, Func<AgentReport, AgentReport> change) => Each(cluster, (c, node) => c.Change(node, change));

    /// <summary>The other nodes don't reach this one.</summary>
    private static ReportedCluster Lost(ReportedCluster cluster, string lost) => Each(cluster, (c, node) => c.Says(node, ReportedCluster.Healthy, lost: node == lost ? [] : [lost]));

    private static ReportedCluster CrashLooping()
    {
        var cluster = Died("""{"reason":"Error","exitCode":255,"message":"level=info msg=\"  --enable-ipv4='true'\""}""");
        cluster.LastWords["node1"] = "invalid daemon configuration: native routing cidr must be configured with option --ipv4-native-routing-cidr";
        return cluster;
    }

    private static ReportedCluster Died(string end) => NotReady($$"""{"name":"cilium-agent","ready":false,"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"} },"lastState":{"terminated": {{end}} } }""");

    internal static ReportedCluster Waiting(string reason) => NotReady($$"""{"name":"cilium-agent","image":"quay.io/cilium/cilium:v1.19.6","ready":false,"restartCount":0,"state":{"waiting":{"reason":"{{reason}}"} } }""");

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

    /// <summary>The node's kubelet has been silent for so long that its pods count as not ready.</summary>
    private static ReportedCluster NodeDown()
    {
        var cluster = Lasting(NotReady("""{"name":"cilium-agent","ready":true,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T11:00:00Z"} } }"""), "AgentsReady").NodeDown("node1");
        return Each(cluster, (c, node) => c.Change(node, a => node == "node1" ? a : a with { Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = new HealthReport(node, [.. a.Answer.Seen.Health!.Peers.Select(p => p.Node == "node1" ? new PeerHealth("node1", false, false, "icmp: Connection timed out") : p)]) } } }));
    }

    private static ReportedCluster RollingOut()
    {
        var cluster = new ReportedCluster { UpdatedAgents = 1, ReadyAgents = 2 };
        foreach (var node in cluster.Nodes)
        {
            var agent = new AgentReport { Node = node, Pod = $"cilium-{node}", Ready = true, RunningSince = ReportedCluster.Now.AddHours(-1), ConfiguredAt = null, MeasuresPeers = true };
            cluster.Pods.Add(ReportedCluster.AgentPodOf(agent, node != "node2", """{"name":"cilium-agent","ready":false,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T11:59:50Z"} } }"""));
        }

        return cluster.Change("node2", a => a with { Ready = false, Answer = null, RunningSince = ReportedCluster.Now.AddSeconds(-10) });
    }

    private static ReportedCluster WithoutOperator()
    {
        var cluster = new ReportedCluster();
        cluster.Deployments.Clear();
        return cluster;
    }

    private static ReportedCluster OperatorUnschedulable()
    {
        var cluster = WithoutOperator();
        cluster.Deployments.Add(ReportedCluster.DeploymentOf("cilium-operator", replicas: 2, ready: 1));
        cluster.Pods.Add(ReportedCluster.PodOf("cilium-operator-6c9f-x2x7z", "name=cilium-operator",
            """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports."}]}"""));
        return cluster;
    }

    private static ReportedCluster RelayDown()
    {
        var cluster = new ReportedCluster();
        cluster.Spec = cluster.Spec with { Hubble = new HubbleSpec { Relay = new HubbleComponentSpec { Enabled = true } } };
        cluster.Deployments.Add(ReportedCluster.DeploymentOf("hubble-relay", replicas: 1, ready: 0));
        cluster.Pods.Add(ReportedCluster.PodOf("hubble-relay-7d9c-k4m2p", "k8s-app=hubble-relay",
            """{"phase":"Running","containerStatuses":[{"name":"hubble-relay","ready":false,"restartCount":6,"state":{"waiting":{"reason":"CrashLoopBackOff"} },"lastState":{"terminated":{"exitCode":1,"reason":"Error","message":"failed to load TLS key pair: open /var/lib/hubble-relay/tls/client.crt: no such file or directory"} } }]}""", "node2"));
        return cluster;
    }

    /// <summary>Those that a node under pressure has sent away stay in the API as failed pods; what has taken their place runs.</summary>
    private static ReportedCluster EvictedPods()
    {
        var cluster = new ReportedCluster();
        foreach (var (name, label, node) in new[] { ("cilium-old1", "k8s-app=cilium", "node1"), ("cilium-old2", "k8s-app=cilium", "node1"), ("cilium-operator-old", "name=cilium-operator", "node2") })
        {
            cluster.Pods.Add(ReportedCluster.PodOf(name, label, """{"phase":"Failed","reason":"Evicted","message":"The node was low on resource: ephemeral-storage."}""", node));
        }

        return cluster;
    }

    private static ReportedCluster Initialising()
    {
        var cluster = Waiting("PodInitializing");
        var at = cluster.Pods.FindIndex(p => p.Metadata.Name == "cilium-node1");
        cluster.Pods[at] = cluster.Pods[at] with
        {
            Status = cluster.Pods[at].Status! with
            {
                Phase = "Pending",
                InitContainerStatuses = ReportedCluster.PodOf("x", "a=b", """{"initContainerStatuses":[{"name":"config","ready":false,"restartCount":0,"state":{"running":{"startedAt":"2026-01-01T11:45:00Z"} } }]}""").Status!.InitContainerStatuses,
            },
        };
        return cluster;
    }

    private static ReportedCluster Unmanaged(UnmanagedPodsPolicy policy)
    {
        var cluster = new ReportedCluster { Census = Given.Census("Deployment/coredns-1 dns", "Deployment/web-1 old", "Deployment/web-2 old", "StatefulSet/db-0 old", "StatefulSet/db-1 unready", "by-hand old") };
        cluster.Spec = cluster.Spec with { UnmanagedPods = policy };
        return cluster;
    }

    private static ReportedCluster Refused() => new()
    {
        Census = Given.Census("Deployment/web-1 old", "Deployment/web-2 old", "Deployment/held-1 old stuck"),
        Refused = [new RefusedPod { Owner = "Deployment default/web", Pod = "default/web-1", By = "PodDisruptionBudget default/web", Message = "PodDisruptionBudget default/web forbids it", At = ReportedCluster.Now.AddSeconds(-5) }],
    };

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
            .Replace("\"mode\":\"False\"", "\"mode\":\"True\"", StringComparison.Ordinal).Replace("\"nodePort\":{}", "\"nodePort\":{\"enabled\":true,\"mode\":\"SNAT\",\"algorithm\":\"Random\",\"acceleration\":\"Disabled\"}", StringComparison.Ordinal).Replace("\"iptables\"", "\"BPF\"", StringComparison.Ordinal).Replace("\"Legacy\"", "\"BPF\"", StringComparison.Ordinal)));
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
        foreach (var (node, times) in new[] { ("node17", 3), ("node180", 31), ("node300", 4), ("node301", 4) })
        {
            cluster.Says(node, FailingController(times));
        }

        cluster.Says("node444", Clashing, s_regenerating, ["job-reinitialize: failed to set link up: address already in use"]);
        cluster.Says("node555", "error dialing backend: no route to host");
        return cluster.Says("node666", Native);
    }
}
