using System.Text.Json;
using NetProfile.Cilium.Agents;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Hubble;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>An installed cluster as one reconcile sees it, healthy unless it is changed, and the status that follows.</summary>
internal sealed class ReportedCluster
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public const string Healthy = """
        {"cilium":{"state":"Ok","msg":"1.19.6 (v1.19.6-0)"},"cluster":{"ciliumHealth":{"state":"Ok"}},"hubble":{"state":"Ok"},"encryption":{"mode":"Disabled"},"ipv4-big-tcp":{},"ipv6-big-tcp":{},
         "routing":{"inter-host-routing-mode":"Tunnel","intra-host-routing-mode":"Legacy","tunnel-protocol":"vxlan"},"kube-proxy-replacement":{"mode":"False","devices":["eth0"],"features":{"nodePort":{} }},
         "masquerading":{"enabled":true,"enabledProtocols":{"ipv4":true},"mode":"iptables"},"bandwidth-manager":{"devices":null},"ipam":{"status":"IPv4: 4/254 allocated from 10.245.1.0/24, "},"cni-chaining":{"mode":"none"},"datapath-mode":"veth","attach-mode":"tcx"}
        """;

    private readonly List<AgentReport> _agents = [];
    private readonly List<V1Node> _nodes = [];

    public ReportedCluster(int nodes = 3)
    {
        foreach (var name in Enumerable.Range(1, nodes).Select(n => $"node{n}"))
        {
            _nodes.Add(new V1Node
            {
                Metadata = new V1ObjectMeta { Name = name },
                Status = new V1NodeStatus { Conditions = [new V1StatusCondition { Type = "Ready", Status = "True" }], NodeInfo = new V1NodeSystemInfo { KernelVersion = "5.15.0-91-generic" } },
            });
            _agents.Add(new AgentReport
            {
                Node = name,
                Pod = $"cilium-{name}",
                Ready = true,
                RunningSince = Now.AddHours(-1),
                ConfiguredAt = Now.AddHours(-1),
                MeasuresPeers = nodes <= AgentSchedule.SmallCluster || _agents.Count < AgentSchedule.Sample,
            });
        }

        foreach (var node in _nodes)
        {
            Says(node.Metadata.Name!, Healthy);
        }
    }

    public NetworkProfileSpec Spec { get; set; } = new()
    {
        Cilium = new CiliumSpec { Version = "1.19.6" },
        Routing = new RoutingSpec { Mode = RoutingMode.Tunnel },
        Ipam = new IpamSpec { Mode = IpamMode.ClusterPool, Ipv4PodCIDRs = ["10.245.0.0/16"] },
    };

    public Dictionary<string, string> Config { get; } = new()
    {
        ["routing-mode"] = "tunnel",
        ["tunnel-protocol"] = "vxlan",
        ["enable-ipv4"] = "true",
        ["enable-ipv6"] = "false",
        ["enable-hubble"] = "true",
        ["ipam"] = "cluster-pool",
        ["kube-proxy-replacement"] = "false",
    };

    public DateTimeOffset ConfigChangedAt { get; set; } = Now.AddHours(-2);

    /// <summary>The conditions that stand in the API.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; set; }

    public List<V1DaemonSet> OtherDaemonSets { get; } = [];

    /// <summary>The Cilium operator's alone; add relay and ui.</summary>
    public List<V1Deployment> Deployments { get; } = [DeploymentOf("cilium-operator", replicas: 2)];

    /// <summary>Neither a release nor anything of it.</summary>
    public bool Uninstalled { get; init; }

    /// <summary>DaemonSet cilium was deleted.</summary>
    public bool WithoutAgents { get; set; }

    public List<V1Pod> Pods { get; } = [];

    public IReadOnlyList<string> ConfigErrors { get; set; } = [];

    public bool IsFirstPass { get; set; }

    public Dictionary<string, string> LastWords { get; } = [];

    public IReadOnlyList<HubbleCertificate> Certificates { get; init; } = [];

    public IReadOnlyList<RefusedPod>? Refused { get; set; }

    public PodCensus? Census { get; set; } = new() { Pods = 3, Managed = 3, Unmanaged = [] };

    /// <summary>Ready agents by the DaemonSet; null for all.</summary>
    public int? ReadyAgents { get; set; }

    /// <summary>Available agents by the DaemonSet; null for as many as are ready.</summary>
    public int? AvailableAgents { get; set; }

    /// <summary>Of the agents' DaemonSet, whose generation is 1.</summary>
    public int ObservedGeneration { get; set; } = 1;

    /// <summary>Agents of the newest template by the DaemonSet; null for all.</summary>
    public int? UpdatedAgents { get; set; }

    public IEnumerable<string> Nodes => _nodes.Select(n => n.Metadata.Name!);

    /// <param name="node">Where.</param>
    /// <param name="status">Its status as JSON; anything else is an agent that can't be asked.</param>
    /// <param name="endpoints">Those that aren't ready.</param>
    /// <param name="degraded">Modules.</param>
    /// <param name="lost">Nodes that it doesn't reach.</param>
    /// <param name="running">How long its container runs.</param>
    public ReportedCluster Says(string node, string status, IReadOnlyList<EndpointState>? endpoints = null, IReadOnlyList<string>? degraded = null, IReadOnlyList<string>? lost = null, TimeSpan? running = null)
    {
        var at = _agents.FindIndex(a => a.Node == node);
        var since = running is { } age ? Now - age : _agents[at].RunningSince;
        var parsed = AgentStatus.Parse(status);
        _agents[at] = _agents[at] with
        {
            RunningSince = since,
            ConfiguredAt = since,
            Answer = new AgentAnswer
            {
                AskedAt = Now,
                PeersAskedAt = Now,
                Restarts = 0,
                Ready = true,
                ConfigDigest = "",
                Seen = new AgentObservation
                {
                    Node = node,
                    Status = parsed,
                    Unreachable = parsed is null ? status : null,
                    Endpoints = endpoints ?? [],
                    DegradedModules = degraded,
                    Running = Now - since,
                    Health = parsed?.ClusterHealth is null || !_agents[at].MeasuresPeers ? null : new HealthReport(node, [.. Nodes.Select(peer => new PeerHealth(peer, true, lost?.Contains(peer) != true, lost?.Contains(peer) == true ? "icmp: Connection timed out" : ""))]),
                },
            },
        };
        return this;
    }

    public ReportedCluster Change(string node, Func<AgentReport, AgentReport> change)
    {
        var at = _agents.FindIndex(a => a.Node == node);
        _agents[at] = change(_agents[at]);
        return this;
    }

    public ReportedCluster NodeDown(string node)
    {
        var at = _nodes.FindIndex(n => n.Metadata.Name == node);
        _nodes[at] = _nodes[at] with { Status = new V1NodeStatus { Conditions = [new V1StatusCondition { Type = "Ready", Status = "Unknown", Message = "Kubelet stopped posting node status." }] } };
        return this;
    }

    public NetworkProfileStatus Report(DateTimeOffset? now = null) => Profile(now).Status!;

    /// <summary>With its status.</summary>
    public V1Alpha1NetworkProfile Profile(DateTimeOffset? now = null)
    {
        var profile = new V1Alpha1NetworkProfile { Metadata = new V1ObjectMeta { Name = "cluster", Generation = 1 }, Spec = Spec, Status = new NetworkProfileStatus { Conditions = Conditions, Pods = new PodsStatus { Refused = Refused } } };
        var seen = Observe(now ?? Now, []);
        if (Uninstalled)
        {
            return profile with { Status = NetworkProfileReporter.Report(profile, seen, NetworkProfilePlanner.Plan(profile, seen, new RolloutLimits()), null, acting: false) };
        }

        var desired = NetworkProfilePlanner.Plan(profile, seen, new RolloutLimits()).Desired ?? throw new InvalidOperationException("the spec is not accepted");
        var mark = new HelmMark { Profile = "cluster", Revision = 1, ValuesDigest = desired.ValuesDigest, ChartDigest = "", Holder = "me" };
        seen = Observe(now ?? Now,
        [
            new HelmRelease
            {
                Release = desired.Release, Revision = 1, Status = HelmReleaseStatus.Deployed, ChartName = desired.Chart.Name, ChartVersion = desired.Chart.Version,
                LastDeployed = Now.AddHours(-2), Labels = mark.ToLabels(), Values = desired.Values,
            },
        ]);
        return profile with { Status = NetworkProfileReporter.Report(profile, seen, NetworkProfilePlanner.Plan(profile, seen, new RolloutLimits()), null, acting: false) };
    }

    /// <summary>Ready first, then what isn't True, then the rest, and the nodes: what a golden holds.</summary>
    public static string Text(NetworkProfileStatus status)
    {
        var lines = status.Conditions!.Select(c => $"{c.Type}={c.Status} {c.Reason}: {c.Message}")
            .Append($"phase: {status.Phase}, nodes: {status.Nodes!.Summary}")
            .Concat((status.Nodes.Notable ?? []).Select(n => $"notable: {n.Name} {n.State}: {n.Message}"))
            .Concat((status.Features ?? []).Select(f => $"feature: {f.Name} wanted {f.Wanted}, reported {f.Reported} by {f.NodesReporting}/{f.NodesTotal}{(f.NodesDeviating is { } odd ? $", not {string.Join(' ', odd)}" : "")}"));
        return string.Join('\n', lines) + "\n";
    }

    public NetworkProfileObservation Observed() => Observe(Now, []);

    private NetworkProfileObservation Observe(DateTimeOffset now, IReadOnlyList<HelmRelease> history)
    {
        var count = _nodes.Count;
        var ready = ReadyAgents ?? count;
        var agents = new V1DaemonSet
        {
            Metadata = new V1ObjectMeta { Name = "cilium", Namespace = "kube-system", Generation = 1 },
            Status = new V1DaemonSetStatus
            {
                ObservedGeneration = ObservedGeneration,
                DesiredNumberScheduled = count,
                NumberReady = ready,
                NumberAvailable = AvailableAgents ?? ready,
                NumberUnavailable = count - (AvailableAgents ?? ready),
                UpdatedNumberScheduled = UpdatedAgents ?? count,
            },
        };
        List<V1Pod> pods = Uninstalled || Pods.Any(p => p.Metadata.Labels!.Values.Contains("cilium") && p.Status?.Phase != "Failed") ? Pods : [.. _agents.Select(a => AgentPodOf(a, ready: true)), .. Pods];
        return new NetworkProfileObservation
        {
            ObservedAt = now,
            ProfileInForce = null,
            NamespaceExists = true,
            History = history,
            Holder = PendingHolder.None,
            ValuesFrom = new ValuesSources { Documents = [], Errors = [] },
            KubernetesVersion = "1.35.0",
            Nodes = _nodes,
            DaemonSets = WithoutAgents ? OtherDaemonSets : [agents, .. OtherDaemonSets],
            CiliumDaemonSets = WithoutAgents ? OtherDaemonSets : [agents, .. OtherDaemonSets],
            Deployments = Deployments,
            Pods = pods,
            CiliumConfig = Uninstalled ? null : Config,
            CiliumConfigChangedAt = Uninstalled ? null : ConfigChangedAt,
            Agents = new AgentReports { Agents = Uninstalled ? [] : _agents, LastWords = LastWords, IsFirstPass = IsFirstPass },
            CiliumConfigErrors = ConfigErrors,
            HubbleCertificates = Certificates,
            PodCensus = Census,
            ApiServerEndpoints = ["172.30.0.11:6443"],
            ClusterPodCidrs = [],
            ForeignOwner = null,
        };
    }

    public static V1Pod AgentPodOf(AgentReport agent, bool ready, string container = "{}") => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = agent.Pod,
            Namespace = "kube-system",
            Uid = "uid-" + agent.Pod,
            CreationTimestamp = agent.RunningSince,
            Labels = new Dictionary<string, string> { ["k8s-app"] = "cilium" },
        },
        Spec = new V1PodSpec { NodeName = agent.Node, HostNetwork = true },
        Status = new V1PodStatus
        {
            Phase = "Running",
            StartTime = agent.RunningSince,
            Conditions = [new V1StatusCondition { Type = "Ready", Status = ready ? "True" : "False" }],
            ContainerStatuses = ready ? null : [JsonSerializer.Deserialize(container, KubernetesModelsContext.Default.V1ContainerStatus)!],
        },
    };

    public static V1Deployment DeploymentOf(string name, int replicas, int? ready = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = "kube-system", Generation = 1 },
        Spec = new V1DeploymentSpec { Replicas = replicas },
        Status = new V1DeploymentStatus { ObservedGeneration = 1, Replicas = replicas, ReadyReplicas = ready ?? replicas, UpdatedReplicas = replicas, AvailableReplicas = ready ?? replicas, UnavailableReplicas = replicas - (ready ?? replicas) },
    };

    /// <param name="name">Its name.</param>
    /// <param name="label">As key=value.</param>
    /// <param name="status">As JSON.</param>
    /// <param name="node">Where it runs, if anywhere.</param>
    public static V1Pod PodOf(string name, string label, string status, string? node = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Namespace = "kube-system",
            Uid = "uid-" + name,
            CreationTimestamp = Now.AddHours(-2),
            Labels = new Dictionary<string, string> { [label.Split('=')[0]] = label.Split('=')[1] },
        },
        Spec = new V1PodSpec { NodeName = node },
        Status = JsonSerializer.Deserialize(status, KubernetesModelsContext.Default.V1PodStatus),
    };

    /// <summary>A condition that has stood in the API for so long.</summary>
    public static V1Condition StandsFor(string type, TimeSpan length, ConditionStatus status = ConditionStatus.False) =>
        new() { Type = type, Status = status, Reason = "Before", Message = "", LastTransitionTime = Now - length };
}
