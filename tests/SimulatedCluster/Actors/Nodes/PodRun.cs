using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

internal enum PodStage
{
    /// <summary>Waits for its sandbox: the network.</summary>
    Sandbox,

    /// <summary>Init containers, one after the other.</summary>
    Init,

    Running,

    /// <summary>All containers ended and none will be started again.</summary>
    Finished,
}

/// <summary>What the kubelet remembers about a pod that it runs.</summary>
internal sealed class PodRun
{
    public PodRun(JsonObject pod, IWorkload workload, DateTimeOffset now)
    {
        Uid = pod.Uid();
        Workload = workload;
        StartTime = now;
        StageSince = now;
        HostNetwork = pod.Bool("spec", "hostNetwork") == true;
        Init = Containers(pod, "initContainers");
        Main = Containers(pod, "containers");
        foreach (var container in Init.Concat(Init.Count > 0 ? Main : []))
        {
            container.Wait("PodInitializing");
        }
    }

    public string Uid { get; }

    /// <summary>The pod as it was last seen, for the end of one that vanished.</summary>
    public PodContext? Context { get; set; }

    public IWorkload Workload { get; }

    public DateTimeOffset StartTime { get; }

    public PodStage Stage { get; private set; }

    public DateTimeOffset StageSince { get; private set; }

    public bool HostNetwork { get; }

    /// <summary>IPv4 first.</summary>
    public IReadOnlyList<string> PodIPs { get; set; } = [];

    public string? PodIP => PodIPs.Count > 0 ? PodIPs[0] : null;

    /// <summary>What made the sandbox: flannel, cilium, or host.</summary>
    public string? Network { get; set; }

    /// <summary>When the processes end, once deletion was asked for.</summary>
    public DateTimeOffset? StopsAt { get; set; }

    public IReadOnlyList<ContainerRun> Init { get; }

    public IReadOnlyList<ContainerRun> Main { get; }

    /// <summary>When a container that waits in back-off is started again.</summary>
    public Dictionary<string, DateTimeOffset> RestartAt { get; } = [];

    /// <summary>The last status written, to write only what differs.</summary>
    public JsonObject? Written { get; set; }

    public ContainerRun? Container(string? name) => Init.Concat(Main).FirstOrDefault(run => run.Name == name);

    public void Enter(PodStage stage, DateTimeOffset now)
    {
        Stage = stage;
        StageSince = now;
    }

    private static List<ContainerRun> Containers(JsonObject pod, string field) =>
        [.. pod.Arr("spec", field).Objects().Select(spec => new ContainerRun(spec.Str("name") ?? "", spec.Str("image") ?? ""))];
}
