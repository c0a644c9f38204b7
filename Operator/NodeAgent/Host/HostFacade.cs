using NetProfile.Processes;

namespace NetProfile.NodeAgent.Host;

/// <summary>The node that this program runs on.</summary>
public sealed class HostFacade : IHostFacade
{
    /// <param name="runner">Starts the tools, in the node's network namespace.</param>
    /// <param name="root">Where the node's root folder is seen: "/" on the node itself, "/host" in the agent's container.</param>
    /// <param name="clock">For what is given up after a time; the system's unless said.</param>
    /// <param name="networkNamespace">A file of the node's network namespace, where it isn't this process's own.</param>
    public HostFacade(IProcessRunner runner, string root, TimeProvider? clock = null, string? networkNamespace = null)
    {
        var tools = new HostTools(runner);
        Files = new HostFiles(root);
        Network = new HostNetwork(tools);
        Xtables = new HostXtables(tools);
        Nftables = new HostNftables(tools);
        Sets = new HostSets(tools);
        Processes = new HostProcesses(root, Files);
        Programs = new HostPrograms(tools, root);
        Probes = new HostProbes(root, clock ?? TimeProvider.System, networkNamespace);
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
