using System.Text.Json.Nodes;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Policy routing rules into the entry's tables; only those that a packet mark of Cilium's selects.</summary>
public sealed class PolicyRuleHandler : ITraceHandler
{
    public TraceKind Kind => TraceKind.PolicyRule;

    public Type TaskType => typeof(RemovePolicyRulesTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var rules = await node.PolicyRulesAsync(cancellationToken);
        return [.. rules.Where(rule => LinkJson.Text(rule.Json["fwmask"]) is "0xf00" or "0xe00")
            .Where(rule => query.Entry.Tables.Contains(rule.Table))
            .Select(rule => new PolicyRuleTrace(rule) { Entry = query.Entry, Where = string.Join(' ', RouteText.Words(rule)) })];
    }

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var rule = ((PolicyRuleTrace)trace).Rule;
        return Task.FromResult<IReadOnlyList<BackupItem>>([new PolicyRuleItem(rule.Family, (JsonObject)rule.Json.DeepClone()) { Entry = trace.Entry.Id }]);
    }

    public Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken) =>
        node.Host.Network.DeletePolicyRulesAsync([.. traces.Cast<PolicyRuleTrace>().Select(trace => trace.Rule)], cancellationToken);

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemovePolicyRulesTask { Id = id, Entry = entry.Id };
}
