using NetProfile.Processes;

namespace NetProfile.NodeAgent.Host;

/// <summary>The node that this program runs on.</summary>
public sealed class HostFacade : IHostFacade
{
    /// <param name="runner">Starts the tools, in the node's network namespace.</param>
    /// <param name="root">Where the node's root folder is seen: "/" on the node itself, "/host" in the agent's container.</param>
    public HostFacade(IProcessRunner runner, string root)
    {
        var tools = new HostTools(runner);
        Files = new HostFiles(root);
        Network = new HostNetwork(tools);
        Xtables = new HostXtables(tools);
        Nftables = new HostNftables(tools);
        Sets = new HostSets(tools);
        Processes = new HostProcesses(root, Files);
        Programs = new HostPrograms(tools, root);
    }

    public IHostFiles Files { get; }

    public IHostNetwork Network { get; }

    public IHostXtables Xtables { get; }

    public IHostNftables Nftables { get; }

    public IHostSets Sets { get; }

    public IHostProcesses Processes { get; }

    public IHostPrograms Programs { get; }
}
