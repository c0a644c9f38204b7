using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>One look at the node: every table is read at most once, until <c>Forget</c>. Not for use from two threads.</summary>
public sealed class NodeView(IHostFacade host)
{
    private IReadOnlyList<HostLink>? links;
    private IReadOnlyList<HostRoute>? routes;
    private IReadOnlyList<HostPolicyRule>? rules;
    private IReadOnlyList<XtablesDump>? xtables;
    private IReadOnlyList<NftTable>? nftTables;
    private IReadOnlyList<string>? ipsets;
    private IReadOnlySet<string>? containers;
    private IReadOnlySet<string>? commands;
    private IReadOnlyDictionary<string, string>? pods;

    public IHostFacade Host { get; } = host;

    /// <summary>As container ids; a container that ends while this view is used counts as living.</summary>
    public IReadOnlySet<string> LivingContainers => containers ??= Host.Processes.LivingContainers();

    /// <summary>namespace/name by the host's end of a pod's cable, as far as anything on the node tells.</summary>
    public IReadOnlyDictionary<string, string> PodsByLink => pods ??= Tasks.PodsByLink.Read(Host.Files);

    public IReadOnlySet<string> RunningCommands => commands ??= Host.Processes.RunningCommands();

    public async Task<IReadOnlyList<HostLink>> LinksAsync(CancellationToken cancellationToken) =>
        links ??= await Host.Network.GetLinksAsync(cancellationToken);

    public async Task<IReadOnlyList<HostRoute>> RoutesAsync(CancellationToken cancellationToken) =>
        routes ??= await Host.Network.GetRoutesAsync(cancellationToken);

    public async Task<IReadOnlyList<HostPolicyRule>> PolicyRulesAsync(CancellationToken cancellationToken) =>
        rules ??= await Host.Network.GetPolicyRulesAsync(cancellationToken);

    public async Task<IReadOnlyList<XtablesDump>> XtablesAsync(CancellationToken cancellationToken) =>
        xtables ??= await Host.Xtables.SaveAsync(cancellationToken);

    public async Task<IReadOnlyList<NftTable>> NftTablesAsync(CancellationToken cancellationToken) =>
        nftTables ??= await Host.Nftables.ListTablesAsync(cancellationToken) ?? [];

    public async Task<IReadOnlyList<string>> IpsetsAsync(CancellationToken cancellationToken) =>
        ipsets ??= await Host.Sets.ListIpsetsAsync(cancellationToken);

    /// <summary>After a change of one kind: the next question about what it may have changed looks again.</summary>
    public void Forget(TraceKind changed)
    {
        switch (changed)
        {
            case TraceKind.Link:
                links = null;
                routes = null;
                break;
            case TraceKind.Route:
                routes = null;
                break;
            case TraceKind.PolicyRule:
                rules = null;
                break;
            case TraceKind.Chain:
                xtables = null;
                break;
            case TraceKind.NftTable:
                nftTables = null;
                xtables = null;
                break;
            case TraceKind.Ipset:
                ipsets = null;
                break;
        }
    }

    /// <summary>Everything is looked at again; who lives is not asked again within one run.</summary>
    public void Forget()
    {
        links = null;
        routes = null;
        rules = null;
        xtables = null;
        nftTables = null;
        ipsets = null;
    }
}
