using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>
/// Chains of iptables, in both backends and families. One transaction a table: delete the jumps and the bare rules one by one, flush
/// the chains, delete them. Other rules are neither read back nor written.
/// </summary>
public sealed class ChainHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.Chain;

    public Type TaskType => typeof(RemoveChainsTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var traces = new List<Trace>();
        foreach (var dump in await node.XtablesAsync(cancellationToken))
        {
            foreach (var table in dump.Tables)
            {
                if (table.Incompatible)
                {
                    traces.AddRange(await UnreadableAsync(dump, table, query, node, cancellationToken));
                }
                else if (XtablesSearch.Find(dump, table, query, node) is { } trace)
                {
                    traces.Add(trace);
                }
            }
        }

        return traces;
    }

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var found = (XtablesTrace)trace;
        return Task.FromResult<IReadOnlyList<BackupItem>>(
        [
            new XtablesItem(found.Backend, found.Family, found.Table)
            {
                Entry = trace.Entry.Id,
                Chains = found.Chains,
                ChainRules = [.. found.ChainRules.Select(rule => $"{rule.Chain} {rule.Text}")],
                Rules = [.. found.Rules.Select(rule => new PlacedRule(rule.Chain, rule.Position, rule.Text))],
            },
        ]);
    }

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<XtablesTrace>())
        {
            List<string> commands =
            [
                .. trace.Rules.Select(rule => $"-D {rule.Chain} {rule.Text}"),
                .. trace.Chains.Select(chain => $"-F {chain}"),
                .. trace.Chains.Select(chain => $"-X {chain}"),
            ];
            await node.Host.Xtables.ApplyAsync(trace.Backend, trace.Family, trace.Table, commands, cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemoveChainsTask { Id = id, Entry = entry.Id };

    /// <summary>iptables can't show a table into which someone wrote with nft; nft still says which chains are in it.</summary>
    private static async Task<IEnumerable<Trace>> UnreadableAsync(XtablesDump dump, XtablesTable table, TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var nft = new NftTable(dump.Family == AddressFamily.IPv4 ? "ip" : "ip6", table.Name);
        var chains = (await node.Host.Nftables.ListChainsAsync(nft, cancellationToken)).Where(query.Wants).ToList();
        return chains.Count == 0
            ? []
            : [new XtablesTrace(dump.Backend, dump.Family, table.Name)
            {
                Entry = query.Entry,
                Where = $"{dump.Flavor} {table.Name}",
                State = TraceState.NotProven,
                Detail = $"it has {string.Join(", ", chains.Take(3))}, and rules that only nft can show: take those out of the table, then clean again",
            }];
    }
}
