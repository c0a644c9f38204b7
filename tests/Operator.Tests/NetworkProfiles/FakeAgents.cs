using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>Agents that answer exec, lists of pods and endpoints, and nothing else of an API server.</summary>
internal sealed class FakeAgents : IKubernetesClient
{
    private int _running;

    public ConcurrentQueue<(string Pod, string Command)> Executed { get; } = new();

    public int Logs { get; private set; }

    /// <summary>The most execs at one time.</summary>
    public int MostAtATime { get; private set; }

    /// <summary>Instead of the healthy answer; null for that.</summary>
    public Func<string, string, ExecResult?> Answer { get; set; } = (_, _) => null;

    public string PreviousLog { get; set; } = "";

    public List<V1Pod> Pods { get; } = [];

    /// <summary>What a list of pods has; those of the agents aren't in it.</summary>
    public List<V1Pod> ClusterPods { get; } = [];

    /// <summary>Names of CiliumEndpoints in the namespace default.</summary>
    public List<string> Endpoints { get; } = [];

    public int Lists { get; private set; }

    /// <summary>Pods evicted and deleted, with the UID that was asked for.</summary>
    public List<string> Taken { get; } = [];

    public KubernetesException? EvictionFails { get; set; }

    public int Gets { get; private set; }

    /// <summary>Lists of more than metadata.</summary>
    public int WholeLists { get; private set; }

    /// <summary>A server that can't select pods by spec.hostNetwork (before 1.28).</summary>
    public bool IsOld { get; set; }

    public KubernetesException? ListFails { get; set; }

    public void Add(int count, DateTimeOffset started)
    {
        foreach (var n in Enumerable.Range(Pods.Count + 1, count))
        {
            Pods.Add(Pod($"node{n}", started));
        }
    }

    public static V1Pod Pod(string node, DateTimeOffset started, int restarts = 0, bool ready = true, V1ContainerState? last = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = "cilium-" + node, Namespace = "kube-system", Uid = "uid-" + node, Labels = new Dictionary<string, string> { ["k8s-app"] = "cilium" } },
        Spec = new V1PodSpec { NodeName = node },
        Status = new V1PodStatus
        {
            Phase = "Running",
            StartTime = started,
            ContainerStatuses = [new V1ContainerStatus { Name = "cilium-agent", Ready = ready, RestartCount = restarts, State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = started } }, LastState = last }],
        },
    };

    public async Task<ExecResult> ExecAsync(NamespacedName pod, ExecOptions options, CancellationToken cancellationToken)
    {
        var command = string.Join(' ', options.Command);
        Executed.Enqueue((pod.Name, command));
        lock (Executed)
        {
            MostAtATime = Math.Max(MostAtATime, ++_running);
        }

        await Task.Yield();
        lock (Executed)
        {
            _running--;
        }

        return Answer(pod.Name, command) ?? new ExecResult(0, command switch
        {
            "cilium-dbg status -o json" => ReportedCluster.Healthy,
            "cilium-dbg endpoint list -o json" => """[{"id":1,"status":{"state":"ready","identity":{"labels":["reserved:host"]}}}]""",
            "cilium-dbg statedb health" => "Module   Component   Level   Message\nagent.a  job-a       OK      Running\n",
            _ => $$"""{"local":{"name":"{{pod.Name[7..]}}"},"nodes":[{{string.Join(',', Pods.Select(Peer))}}]}""",
        }, "");
    }

    public Task<string> GetPodLogAsync(NamespacedName pod, PodLogOptions options, CancellationToken cancellationToken)
    {
        Logs++;
        return Task.FromResult(options.Previous ? PreviousLog : "");
    }

    private static string Peer(V1Pod pod) => $$$"""{"name":"{{{pod.Spec!.NodeName}}}","health-endpoint":{"primary-address":{"icmp":{"lastProbed":"2026-01-01T00:00:00Z","latency":1} } } }""";

    public Task<T?> GetAsync<T>(NamespacedName name, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        Gets++;
        return Task.FromResult((T?)(object?)ClusterPods.FirstOrDefault(p => p.Metadata.Namespace == name.Namespace && p.Metadata.Name == name.Name));
    }

    /// <summary>Pages of two.</summary>
    public Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        Lists++;
        WholeLists += options.MetadataOnly ? 0 : 1;
        if (ListFails is not null)
        {
            throw ListFails;
        }

        var selectsNetwork = options.FieldSelector?.Contains("spec.hostNetwork=false", StringComparison.Ordinal) == true;
        if (selectsNetwork && IsOld)
        {
            throw new KubernetesException(new V1Status { Code = 400, Reason = "BadRequest", Message = "field label not supported: spec.hostNetwork" });
        }

        var pods = ClusterPods.Where(p => !selectsNetwork || p.Spec!.HostNetwork != true);
        IEnumerable<object> all = typeof(T) == typeof(V1Pod) ? pods.Select(p => options.MetadataOnly ? p with { Spec = null, Status = null } : p)
            : typeof(T) == typeof(V2CiliumEndpoint) ? Endpoints.Select(e => new V2CiliumEndpoint { Metadata = new V1ObjectMeta { Name = e, Namespace = "default" } })
            : [];
        var from = options.Continue is null ? 0 : int.Parse(options.Continue, System.Globalization.CultureInfo.InvariantCulture);
        var next = from + 2 < all.Count() ? (from + 2).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return Task.FromResult(new KubernetesList<T> { Metadata = new V1ListMeta { Continue = next }, Items = [.. all.Skip(from).Take(2).Cast<T>()] });
    }

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => throw new NotSupportedException();

    public Task<T> ApplyAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => throw new NotSupportedException();

    public Task<T> ApplyStatusAsync<T>(T desired, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => throw new NotSupportedException();

    public Task<T> CreateAsync<T>(T desired, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => throw new NotSupportedException();

    public Task<T> PatchAsync<T>(NamespacedName name, V1Patch patch, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => throw new NotSupportedException();

    public Task DeleteAsync<T>(NamespacedName name, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> => TakeAsync("delete", name, options);

    public Task EvictAsync(NamespacedName pod, DeleteOptions options, CancellationToken cancellationToken) => TakeAsync("evict", pod, options);

    private Task TakeAsync(string verb, NamespacedName pod, DeleteOptions options)
    {
        Taken.Add($"{verb} {pod.Namespace}/{pod.Name} {options.PreconditionUid}");
        return EvictionFails is null ? Task.CompletedTask : Task.FromException(EvictionFails);
    }

    public Task<JsonNode?> SendAsync(HttpMethod method, string pathAndQuery, JsonNode? body, string contentType, CancellationToken cancellationToken) => throw new NotSupportedException();
}
