namespace NetProfile.NodeAgent.Host;

/// <summary>What one <c>iptables-save</c> shows.</summary>
public sealed record XtablesDump(XtablesBackend Backend, AddressFamily Family, IReadOnlyList<XtablesTable> Tables)
{
    public string Flavor => $"{(Family == AddressFamily.IPv4 ? "iptables" : "ip6tables")}-{(Backend == XtablesBackend.Legacy ? "legacy" : "nft")}";
}

/// <summary><see cref="Incompatible"/>: the table holds rules that iptables can't show, so nothing in it is judged.</summary>
public sealed record XtablesTable(string Name, IReadOnlyList<XtablesChain> Chains, IReadOnlyList<XtablesRule> Rules, bool Incompatible = false);

/// <summary>Policy is null for a chain that isn't builtin.</summary>
public sealed record XtablesChain(string Name, string? Policy);

public interface IHostXtables
{
    /// <summary>Every flavour whose tool is there. Reading makes no table.</summary>
    Task<IReadOnlyList<XtablesDump>> SaveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs the commands (<c>-D</c>, <c>-F</c>, <c>-X</c>, <c>-I</c>, …) on one table in one transaction, waiting for the xtables lock:
    /// all or, when one of them doesn't fit any more, none. Rules that no command names are not touched.
    /// </summary>
    /// <exception cref="HostException">None was done.</exception>
    Task ApplyAsync(XtablesBackend backend, AddressFamily family, string table, IReadOnlyList<string> commands, CancellationToken cancellationToken);

    /// <summary>Nft only: removes a builtin chain when it is empty; the kernel refuses otherwise, which is no error.</summary>
    Task DropEmptyBuiltinAsync(AddressFamily family, string table, string chain, CancellationToken cancellationToken);
}

public sealed record NftTable(string Family, string Name)
{
    public string Key => $"{Family} {Name}";
}

public interface IHostNftables
{
    /// <summary>null when nft isn't there.</summary>
    Task<IReadOnlyList<NftTable>?> ListTablesAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ListChainsAsync(NftTable table, CancellationToken cancellationToken);

    /// <summary>The table as nft reads it back, without counters.</summary>
    Task<string> DumpAsync(NftTable table, CancellationToken cancellationToken);

    Task DeleteAsync(NftTable table, CancellationToken cancellationToken);

    Task RestoreAsync(string dump, CancellationToken cancellationToken);
}

public interface IHostSets
{
    Task<IReadOnlyList<string>> ListIpsetsAsync(CancellationToken cancellationToken);

    Task<string> SaveIpsetAsync(string name, CancellationToken cancellationToken);

    /// <exception cref="HostException">A rule still uses it.</exception>
    Task DestroyIpsetAsync(string name, CancellationToken cancellationToken);

    Task RestoreIpsetAsync(string saved, CancellationToken cancellationToken);

    /// <summary>As <c>ipvsadm -Sn</c> prints them; empty without IPVS.</summary>
    Task<IReadOnlyList<string>> ListVirtualServersAsync(CancellationToken cancellationToken);

    Task DeleteVirtualServersAsync(IReadOnlyList<string> services, CancellationToken cancellationToken);

    Task RestoreVirtualServersAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken);
}

/// <summary>
/// A BPF program on a device or cgroup. Place is cgroup, tc or xdp; Target the cgroup's path or the device's name; Detail what
/// the removal needs to know, the attach type for instance.
/// </summary>
public sealed record HostProgram(string Place, string Target, string Name, int Id, string Detail);

public interface IHostPrograms
{
    /// <summary>null when bpftool isn't there.</summary>
    Task<IReadOnlyList<HostProgram>?> ListAsync(CancellationToken cancellationToken);

    Task DetachAsync(HostProgram program, CancellationToken cancellationToken);

    Task UnmountAsync(string path, CancellationToken cancellationToken);
}

public interface IHostProcesses
{
    /// <summary>Names (comm) of the running processes.</summary>
    IReadOnlySet<string> RunningCommands();

    /// <summary>Ids of containers that live: in the runtimes' state folders, or in the name of a process's cgroup.</summary>
    IReadOnlySet<string> LivingContainers();

    /// <summary>Whether a process lives in the network namespace; null when the name isn't known here.</summary>
    bool? HasProcesses(string networkNamespace);

    /// <summary>When the process of that name (comm) was started, the oldest of them; null when none runs.</summary>
    DateTimeOffset? StartOf(string command) => null;
}
