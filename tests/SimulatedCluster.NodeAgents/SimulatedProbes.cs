using System.Net;
using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Datapath;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>The node's pods as the API server shows them; who reaches whom by the simulated datapath.</summary>
internal sealed class SimulatedProbes(LivingCluster cluster, string node) : IHostProbes
{
    public IReadOnlyList<PodNamespace> Pods() =>
        [.. cluster.RunningPods(node).Select(pod => new PodNamespace(pod.IPs[0], [.. pod.IPs.Select(IPAddress.Parse)]))];

    public Task<IReadOnlyList<string?>> ConnectAsync(PodNamespace? from, IReadOnlyList<ProbeAim> targets, TimeSpan limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string?>>([.. cluster.TryConnect(node, from?.Path, [.. targets.Select(target => target.Address.ToString())]).Select(verdict => verdict.Reach == Reach.Lost ? verdict.Why ?? "lost" : null)]);
}
