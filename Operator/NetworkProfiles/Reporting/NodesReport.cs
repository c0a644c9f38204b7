using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Nodes by the state of their agent, as far as pods tell it.</summary>
internal static class NodesReport
{
    private const int MostNotable = 20;

    private const int MostObjects = 50;

    private const int LongestMessage = 256;

    public static NodesStatus Of(ReportInput input)
    {
        var (seen, plan) = (input.Seen, input.Plan.Nodes);
        var agents = seen.Pods
            .Where(p => p.Metadata.Labels?.GetValueOrDefault("k8s-app") == "cilium" && p.Spec?.NodeName is not null && p.Metadata.DeletionTimestamp is null && !PodDiagnosis.IsLeftOver(p))
            .GroupBy(p => p.Spec!.NodeName!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderByDescending(p => p.Metadata.CreationTimestamp).First(), StringComparer.Ordinal);
        var troubled = AgentNotables.Troubled(input);
        var ready = seen.Nodes.Count(n => agents.TryGetValue(n.Metadata.Name!, out var agent) && AgentNotables.IsReady(agent) && !troubled.ContainsKey(n.Metadata.Name!));
        var silent = plan.Nodes.Where(n => n.Standing == NodeStanding.Unreachable).Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        var unreachable = seen.Nodes.Count(n => AgentNotables.Readiness(n) == "Unknown" || silent.Contains(n.Metadata.Name!));
        var notable = plan.Nodes
            .Where(n => n.Standing is NodeStanding.Failed or NodeStanding.Dirty or NodeStanding.Unreachable)
            .Select(n => new NotableNode { Name = n.Name, State = n.Standing.ToString(), Message = Short(n.Message) })
            .Concat(AgentNotables.Of(input, agents, troubled).Select(n => n with { Message = Short(n.Message!) }))
            .DistinctBy(n => n.Name, StringComparer.Ordinal)
            .Take(MostNotable).ToList();
        var versions = agents.Values
            .Select(VersionOf).OfType<string>()
            .GroupBy(v => v, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new VersionCount { Version = g.Key, Nodes = g.Count() }).ToList();
        var old = seen.PodCensus is { Error: null } census ? census.Unmanaged.Select(p => p.Node).ToHashSet(StringComparer.Ordinal) : null;
        return new NodesStatus
        {
            Migrated = input.Plan.Migration.Nodes is { IsDone: false } progress ? progress.Done : old is null || !input.Plan.Migration.IsUnderWay ? null : agents.Keys.Count(node => !old.Contains(node)),
            Total = seen.Nodes.Count,
            Summary = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ready}/{seen.Nodes.Count}"),
            Ready = ready,
            Clean = CountOf(NodeStanding.Clean),
            Dirty = CountOf(NodeStanding.Dirty),
            Failed = CountOf(NodeStanding.Failed),
            Unreachable = unreachable,
            Skipped = plan.Count(NodeStanding.Skipped) is > 0 and var skipped ? skipped : null,
            Notable = notable.Count == 0 ? null : notable,
            Versions = versions.Count == 0 ? null : versions,
        };

        // Where nobody looked, nothing is said.
        int? CountOf(NodeStanding standing) => plan.Nodes.Any(n => n.Standing != NodeStanding.Skipped) ? plan.Count(standing) : null;
    }

    /// <summary>The old network's manifests, and what the nodes hold of what was removed from them; null when there is neither.</summary>
    public static BackupStatus? Backup(NetworkProfileObservation seen)
    {
        var backups = seen.NodeNetworks.Select(n => n.Status?.Backup).OfType<NodeBackup>().ToList();
        var migration = seen.Migration is { HasManifests: true } kept ? kept : null;
        return backups.Count == 0 && migration is null ? null : new BackupStatus
        {
            Secret = migration?.Secret,
            Objects = migration is null ? null : [.. migration.Objects.Take(MostObjects).Select(o => o.ToString())],
            Nodes = backups.Count == 0 ? null : backups.Count,
            TakenAt = migration?.StartedAt ?? backups.Min(b => b.TakenAt),
        };
    }

    /// <summary>The tag of the agent's image, without its v: "quay.io/cilium/cilium:v1.19.6@sha256:…" is 1.19.6.</summary>
    private static string? VersionOf(V1Pod agent)
    {
        var image = agent.Spec?.Containers?.FirstOrDefault(c => c.Name == "cilium-agent")?.Image;
        var reference = image?.Split('@')[0];
        var colon = reference?.LastIndexOf(':') ?? -1;
        return colon < 0 || reference!.IndexOf('/', colon) >= 0 ? null : reference[(colon + 1)..].TrimStart('v');
    }

    private static string Short(string text) => text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage - 1), "…");
}
