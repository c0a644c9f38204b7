namespace NetProfile.NodeAgent.Host;

/// <summary>
/// The node. Nothing else in this program touches its files, links, routes or packet filters, so that a test or the simulated
/// cluster can put another node behind it. Reads return what is there now; writes are idempotent: removing what isn't there is
/// no error. What the node can't do (a tool or a kernel feature is missing) is an empty answer where nothing can exist without it,
/// else a <see cref="HostException"/>.
/// </summary>
public interface IHostFacade
{
    IHostFiles Files { get; }

    IHostNetwork Network { get; }

    IHostXtables Xtables { get; }

    IHostNftables Nftables { get; }

    IHostSets Sets { get; }

    IHostProcesses Processes { get; }

    IHostPrograms Programs { get; }

    IHostProbes Probes { get; }
}

/// <summary>A tool failed or is missing; the message is for a person.</summary>
public sealed class HostException(string message, Exception? inner = null) : Exception(message, inner);

public enum AddressFamily
{
    IPv4,
    IPv6,
}

public enum XtablesBackend
{
    Legacy,
    Nft,
}
