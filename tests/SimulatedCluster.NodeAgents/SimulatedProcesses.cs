using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>Which programs run on the node follows from its pods.</summary>
internal sealed class SimulatedProcesses(LivingCluster cluster, string node) : IHostProcesses
{
    private const string Results = "/var/lib/cni/results/cbr0-";

    private static readonly (string Label, string Value, string Command)[] s_commands =
    [
        ("app", "flannel", "flanneld"), ("k8s-app", "kube-proxy", "kube-proxy"), ("k8s-app", "cilium", "cilium-agent"),
    ];

    public IReadOnlySet<string> RunningCommands()
    {
        var pods = cluster.Store.List("pods", fieldSelector: $"spec.nodeName={node}");
        var commands = s_commands.Where(c => pods.Any(pod => pod.Label(c.Label) == c.Value)).Select(c => c.Command).ToHashSet(StringComparer.Ordinal);
        if (pods.Any(pod => pod.Label("k8s-app") == "canal"))
        {
            commands.UnionWith(["flanneld", "calico-node"]);
        }

        if (IsK3s)
        {
            commands.Add("k3s-server");
        }

        return commands;
    }

    /// <summary>Files have no times here: a k3s with Flannel in it is older than all of them, one started without it is younger.</summary>
    public DateTimeOffset? StartOf(string command) =>
        command != "k3s-server" || !IsK3s ? null : cluster.Host(node, host => host.EmbeddedFlannel) ? DateTimeOffset.UnixEpoch : DateTimeOffset.MaxValue;

    private bool IsK3s => cluster.Host(node, host => host.Files.ContainsKey("/etc/rancher/k3s/config.yaml"));

    /// <summary>Those whose device is there, by what the runtime has written down of them.</summary>
    public IReadOnlySet<string> LivingContainers() => cluster.Host(node, host => host.Files
        .Where(file => file.Key.StartsWith(Results, StringComparison.Ordinal) && host.Links.Keys.Any(link => link.StartsWith("veth", StringComparison.Ordinal) && file.Value.Contains($"\"{link}\"", StringComparison.Ordinal)))
        .Select(file => file.Key[Results.Length..].Split('-')[0]).ToHashSet(StringComparer.Ordinal));

    /// <summary>A pod's device goes with the pod, so that one that is there has a pod.</summary>
    public bool? HasProcesses(string networkNamespace) => true;
}

/// <summary>Ipsets by name, and IPVS as its lines.</summary>
internal sealed class SimulatedSets(HostAccess host) : IHostSets
{
    public Task<IReadOnlyList<string>> ListIpsetsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(host.Read(h => h.Ipsets.ToList()));

    public Task<string> SaveIpsetAsync(string name, CancellationToken cancellationToken) => Task.FromResult($"create {name} hash:ip,port family inet\n");

    public Task DestroyIpsetAsync(string name, CancellationToken cancellationToken)
    {
        host.Change(h => h.Ipsets.Remove(name));
        return Task.CompletedTask;
    }

    public Task RestoreIpsetAsync(string saved, CancellationToken cancellationToken)
    {
        host.Change(h => h.Ipsets.Add(saved.Split(' ')[1]));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ListVirtualServersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(host.Read(h => h.VirtualServers.ToList()));

    public Task DeleteVirtualServersAsync(IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        var addresses = services.Select(AddressOf).ToHashSet();
        host.Change(h => h.VirtualServers.RemoveAll(line => addresses.Contains(AddressOf(line))));
        return Task.CompletedTask;
    }

    public Task RestoreVirtualServersAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        host.Change(h => h.VirtualServers.AddRange(lines));
        return Task.CompletedTask;
    }

    /// <summary>"-t 10.96.0.1:443" of "-A -t 10.96.0.1:443 -s rr".</summary>
    private static string AddressOf(string line) => string.Join(' ', line.Split(' ').Skip(1).Take(2));
}

/// <summary>Simulated hosts have no BPF programs that could be listed.</summary>
internal sealed class NoPrograms : IHostPrograms
{
    public Task<IReadOnlyList<HostProgram>?> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostProgram>?>([]);

    public Task DetachAsync(HostProgram program, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnmountAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;
}
