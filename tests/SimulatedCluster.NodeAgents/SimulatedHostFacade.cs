using NetProfile.NodeAgent.Host;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>A simulated host as the real node agent sees its node: what it reads and removes are the same traces that the other actors see.</summary>
public sealed class SimulatedHostFacade : IHostFacade
{
    public SimulatedHostFacade(LivingCluster cluster, string node)
    {
        var host = new HostAccess(cluster, node);
        Files = new SimulatedFiles(host);
        Network = new SimulatedNetwork(host);
        Xtables = new SimulatedXtables(host);
        Nftables = new SimulatedNftables(host);
        Sets = new SimulatedSets(host);
        Processes = new SimulatedProcesses(cluster, node);
        Programs = new NoPrograms();
        Probes = new SimulatedProbes(cluster, node);
    }

    public IHostFiles Files { get; }

    public IHostNetwork Network { get; }

    public IHostXtables Xtables { get; }

    public IHostNftables Nftables { get; }

    public IHostSets Sets { get; }

    public IHostProcesses Processes { get; }

    public IHostPrograms Programs { get; }

    public IHostProbes Probes { get; }
}

/// <summary>Reads and changes one host between two steps of the actors.</summary>
internal sealed class HostAccess(LivingCluster cluster, string node)
{
    public T Read<T>(Func<SimulatedHost, T> look) => cluster.Host(node, look);

    public void Change(Action<SimulatedHost> change) => cluster.ChangeHost(node, change);

    /// <summary>What other hosts show of themselves on the network.</summary>
    public IReadOnlyList<(string InternalIP, string Segment, int PathMtu)> Others() =>
        cluster.Hosts(hosts => hosts.Where(h => h.Name != node).Select(h => (h.InternalIP, h.Segment, h.PathMtu ?? int.MaxValue)).ToList());
}
