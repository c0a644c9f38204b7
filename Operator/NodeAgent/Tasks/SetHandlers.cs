using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>nftables tables of the entry's name that hold the entry's chains and no others.</summary>
public sealed class NftTableHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.NftTable;

    public Type TaskType => typeof(RemoveNftTablesTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var traces = new List<Trace>();
        foreach (var table in (await node.NftTablesAsync(cancellationToken)).Where(table => query.Wants(table.Key)))
        {
            var chains = await node.Host.Nftables.ListChainsAsync(table, cancellationToken);
            var foreign = chains.FirstOrDefault(chain => !NamePattern.IsMatchAny(query.Entry.TableChains, chain));
            traces.Add(new NftTableTrace(table)
            {
                Entry = query.Entry,
                Where = "table " + table.Key,
                State = foreign is null ? TraceState.Removable : TraceState.NotProven,
                Detail = foreign is null ? null : $"it has chain {foreign}, which {query.Entry.Owner} doesn't make",
            });
        }

        return traces;
    }

    public async Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var table = ((NftTableTrace)trace).Table;
        return [new NftTableItem(table.Family, table.Name, await node.Host.Nftables.DumpAsync(table, cancellationToken)) { Entry = trace.Entry.Id }];
    }

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<NftTableTrace>())
        {
            await node.Host.Nftables.DeleteAsync(trace.Table, cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemoveNftTablesTask { Id = id, Entry = entry.Id };
}

/// <summary>ipsets by name. The kernel refuses one that a rule still uses.</summary>
public sealed class IpsetHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.Ipset;

    public Type TaskType => typeof(RemoveIpsetsTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken) =>
        [.. (await node.IpsetsAsync(cancellationToken)).Where(query.Wants).Select(set => new IpsetTrace(set) { Entry = query.Entry, Where = set })];

    public async Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var set = ((IpsetTrace)trace).Set;
        return [new IpsetItem(set, await node.Host.Sets.SaveIpsetAsync(set, cancellationToken)) { Entry = trace.Entry.Id }];
    }

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<IpsetTrace>())
        {
            await node.Host.Sets.DestroyIpsetAsync(trace.Set, cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemoveIpsetsTask { Id = id, Entry = entry.Id };
}

/// <summary>IPVS services whose address is on kube-proxy's own link; those of another balancer stay.</summary>
public sealed class VirtualServerHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.VirtualServer;

    public Type TaskType => typeof(ClearVirtualServersTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var addresses = (await node.LinksAsync(cancellationToken)).Where(link => query.Wants(link.Name))
            .SelectMany(link => link.Addresses).Select(address => address[..address.IndexOf('/', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        if (addresses.Count == 0)
        {
            return [];
        }

        var lines = (await node.Host.Sets.ListVirtualServersAsync(cancellationToken)).Where(line => AddressOf(line) is { } address && addresses.Contains(address)).ToList();
        return lines.Count == 0
            ? []
            : [new VirtualServerTrace(lines) { Entry = query.Entry, Where = "ipvs", Detail = $"{lines.Count(line => line.StartsWith("-A ", StringComparison.Ordinal))} services" }];
    }

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<BackupItem>>([new VirtualServerItem(((VirtualServerTrace)trace).Lines) { Entry = trace.Entry.Id }]);

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<VirtualServerTrace>())
        {
            await node.Host.Sets.DeleteVirtualServersAsync([.. trace.Lines.Where(line => line.StartsWith("-A ", StringComparison.Ordinal))], cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new ClearVirtualServersTask { Id = id, Entry = entry.Id };

    /// <summary>"-A -t 10.96.0.1:443 -s rr" and "-a -t [fd00::1]:443 -r …".</summary>
    private static string? AddressOf(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3 || words[1] is not ("-t" or "-u" or "--sctp-service"))
        {
            return null;
        }

        var colon = words[2].LastIndexOf(':');
        return colon < 0 ? null : words[2][..colon].Trim('[', ']');
    }
}
