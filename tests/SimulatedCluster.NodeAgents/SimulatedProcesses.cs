using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>Which programs run on the node follows from its pods.</summary>
internal sealed class SimulatedProcesses(LivingCluster cluster, string node) : IHostProcesses
{
    private static readonly (string Label, string Value, string Command)[] s_commands =
    [
        ("app", "flannel", "flanneld"), ("k8s-app", "kube-proxy", "kube-proxy"), ("k8s-app", "cilium", "cilium-agent"),
    ];

    public IReadOnlySet<string> RunningCommands()
    {
        var pods = cluster.Store.List("pods", fieldSelector: $"spec.nodeName={node}");
        return s_commands.Where(c => pods.Any(pod => pod.Label(c.Label) == c.Value)).Select(c => c.Command).ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlySet<string> LivingContainers() => new HashSet<string>();

    /// <summary>A pod's device goes with the pod, so that one that is there has a pod.</summary>
    public bool? HasProcesses(string networkNamespace) => true;
}

/// <summary>Simulated hosts have no ipsets and no IPVS.</summary>
internal sealed class NoSets : IHostSets
{
    public Task<IReadOnlyList<string>> ListIpsetsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task<string> SaveIpsetAsync(string name, CancellationToken cancellationToken) => Task.FromResult("");

    public Task DestroyIpsetAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RestoreIpsetAsync(string saved, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<string>> ListVirtualServersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public Task DeleteVirtualServersAsync(IReadOnlyList<string> services, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RestoreVirtualServersAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Nor BPF programs.</summary>
internal sealed class NoPrograms : IHostPrograms
{
    public Task<IReadOnlyList<HostProgram>?> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostProgram>?>([]);

    public Task DetachAsync(HostProgram program, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnmountAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;
}
