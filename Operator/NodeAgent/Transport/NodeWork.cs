using System.Text.Json;
using NetProfile.Crds;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent.Transport;

/// <summary>
/// What an agent does for one NodeNetwork, without the API: look, run the plan, audit. It returns the whole of the agent's part of
/// status, because server-side apply drops what isn't sent again.
/// </summary>
public sealed class NodeWork(IHostFacade host, IEndpointProbe probe, string node, TimeProvider clock)
{
    private static readonly string AgentVersion = typeof(NodeWork).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public IHostProbes Probes => host.Probes;

    private readonly BackupStore backups = new(host.Files, node, clock);

    /// <summary>A plan that has ended well isn't run again; one that hasn't is, when it's asked for again.</summary>
    public static bool IsFinished(NodeNetworkSpec spec, NodeNetworkStatus? status) =>
        spec.Tasks is not { Count: > 0 } tasks
        || (status?.PlanId == spec.PlanId
            && status?.Results is { } results
            && tasks.All(task => results.Any(result => result.Id == task.Id
                && (result.State is NodeTaskState.Done or NodeTaskState.NotNeeded || (spec.DryRun == true && result.State is not null)))));

    public async Task<NodeNetworkStatus> InspectAsync(NodeNetworkSpec spec, long? generation, NodeNetworkStatus status, CancellationToken cancellationToken)
    {
        var facts = await new NodeInspector(host, probe, clock).InspectAsync(spec.Inspection, new NodeView(host), cancellationToken);
        if (status.Facts is { } known && status.InspectedFor == spec.Inspection?.RequestedAt && Same(known, facts))
        {
            return status;
        }

        return status with
        {
            ObservedGeneration = generation,
            InspectedFor = spec.Inspection?.RequestedAt,
            ObservedAt = clock.GetUtcNow(),
            AgentVersion = AgentVersion,
            Facts = facts,
        };
    }

    /// <summary>How long an answer took is different each time.</summary>
    private static bool Same(NodeFacts before, NodeFacts now)
    {
        static string Text(NodeFacts facts) => JsonSerializer.Serialize(
            facts with { ApiServerEndpoints = facts.ApiServerEndpoints?.Select(e => e with { Milliseconds = null }).ToList() }, CrdsJsonContext.Default.NodeFacts);
        return Text(before) == Text(now);
    }

    public async Task<NodeNetworkStatus> RunPlanAsync(
        NodeNetworkSpec spec, long? generation, NodeNetworkStatus status, Func<NodeNetworkStatus, CancellationToken, Task> report, CancellationToken cancellationToken)
    {
        // What was found before this plan is no verdict on it: between its last task and the audit behind it there is none.
        status = status.PlanId == spec.PlanId ? status : status with { Audit = null, Residues = null };

        // Another try of the same plan says nothing until it ends, and then only what is new: thousands of nodes may be blocked at once.
        var earlier = status.PlanId == spec.PlanId ? status.Results ?? [] : [];
        var results = new List<NodeTaskResult>();
        NodeNetworkStatus Current() => status with { ObservedGeneration = generation, PlanId = spec.PlanId, Results = [.. results, .. Waiting(spec, results)], ObservedAt = clock.GetUtcNow(), AgentVersion = AgentVersion };

        var outcome = await new NodePlanRunner(host, TraceCatalogue.All, backups, clock).RunAsync(
            spec,
            (result, token) =>
            {
                results.Add(result);
                return earlier.Count == 0 ? report(Current(), token) : Task.CompletedTask;
            },
            cancellationToken);
        results = [.. outcome.Results.Select(result => earlier.FirstOrDefault(old => IsSame(old, result)) ?? result)];
        return results.SequenceEqual(earlier) && status.ObservedGeneration == generation
            ? status
            : Current() with { Backup = outcome.Backup ?? status.Backup };
    }

    public async Task<NodeNetworkStatus> AuditAsync(NodeNetworkSpec spec, NodeNetworkStatus status, CancellationToken cancellationToken)
    {
        var entries = (spec.Tasks ?? []).Select(task => NodeGuard.Find(task.Entry, TraceCatalogue.All)).Where(found => found is not null).Select(found => found!.Value).ToList();
        var catalogue = entries.Count > 0 ? entries[0].Catalogue : TraceCatalogue.PreviousNetwork;
        var owners = entries.Where(found => found.Catalogue == catalogue).Select(found => found.Entry.Owner).ToHashSet(StringComparer.Ordinal);
        var podCidrs = (spec.Inspection?.PodCIDRs ?? []).Concat((spec.Tasks ?? []).SelectMany(task => task.PodCIDRs ?? [])).Distinct(StringComparer.Ordinal).ToList();
        var audit = await new NodeAuditor(host, backups).AuditAsync(catalogue, owners, podCidrs, cancellationToken);
        return audit.State == status.Audit && audit.Residues.SequenceEqual(status.Residues ?? [])
            ? status
            : status with { Audit = audit.State, Residues = audit.Residues, ObservedAt = clock.GetUtcNow(), AgentVersion = AgentVersion };
    }

    /// <summary>What a try removed another one finds gone: the first one's word stays.</summary>
    private static bool IsSame(NodeTaskResult old, NodeTaskResult now) =>
        old.Id == now.Id
        && ((old.State == now.State && old.Message == now.Message) || (old.State == NodeTaskState.Done && now.State == NodeTaskState.NotNeeded));

    private static IEnumerable<NodeTaskResult> Waiting(NodeNetworkSpec spec, List<NodeTaskResult> done) =>
        (spec.Tasks ?? []).Where(task => !done.Exists(result => result.Id == task.Id)).Select(task => new NodeTaskResult { Id = task.Id, State = NodeTaskState.Pending });
}
