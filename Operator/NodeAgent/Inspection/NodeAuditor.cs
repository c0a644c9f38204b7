using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent.Inspection;

/// <summary><see cref="Because"/> is for a person; Residues what is left.</summary>
public sealed record NodeAudit(AuditState State, string Because, IReadOnlyList<Residue> Residues);

/// <summary>
/// Says whether the node is clean, from what is there and from nothing else: what a cleaning reported of itself doesn't count. What
/// can't be read makes no verdict but an error.
/// </summary>
public sealed class NodeAuditor(IHostFacade host, BackupStore backups)
{
    public async Task<NodeAudit> AuditAsync(
        TraceCatalogue catalogue, IReadOnlyCollection<string> owners, IReadOnlyList<string> podCidrs, CancellationToken cancellationToken)
    {
        var traces = await ResidueReader.FindAsync(catalogue, owners, podCidrs, new NodeView(host), cancellationToken);
        if (traces.Count > 0)
        {
            var kinds = string.Join(", ", traces.GroupBy(trace => trace.Entry.Owner).Select(group => $"{group.Count()} of {group.Key}"));
            var stuck = traces.FirstOrDefault(trace => trace.State != TraceState.Removable);
            return new NodeAudit(
                AuditState.Dirty,
                stuck is null ? $"left on the node: {kinds}" : $"left on the node: {kinds}; {stuck.Where}: {stuck.Detail}",
                ResidueReader.ToResidues(traces));
        }

        return backups.WasCleaned
            ? new NodeAudit(AuditState.Clean, "nothing is left", [])
            : new NodeAudit(AuditState.NotNeeded, "there was nothing to clean", []);
    }
}
