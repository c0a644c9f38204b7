using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>From what was read to each node's situation. Pure.</summary>
internal static class NodeSituations
{
    private const string ControlPlaneLabel = "node-role.kubernetes.io/control-plane";

    /// <summary>Nodes that have a network of ours to look after, the labelled ones among them.</summary>
    /// <param name="seen">What was read.</param>
    /// <param name="spec">What is asked for.</param>
    /// <param name="allowBare">Pods that nothing would make again may go, too.</param>
    public static IReadOnlyList<NodeSituation> Of(NetworkProfileObservation seen, EffectiveSpec spec, bool allowBare = false)
    {
        var networks = seen.NodeNetworks.ToDictionary(n => n.Metadata.Name!, n => n, StringComparer.Ordinal);
        var agents = seen.Pods.Where(p => ComponentNames.IsPodOf(CiliumComponent.Agent, p) && p.Metadata.DeletionTimestamp is null && p.Spec?.NodeName is not null).ToLookup(p => p.Spec!.NodeName!, StringComparer.Ordinal);
        var judged = seen.Agents.Agents.Select(a => AgentJudgement.Of(a, seen, spec, [], [])).ToLookup(a => a.Node, StringComparer.Ordinal);
        var old = (seen.PodCensus?.Unmanaged ?? []).ToLookup(p => p.Node, StringComparer.Ordinal);

        // Which taints which pods tolerate isn't known here: a drain finds out.
        var hosts = seen.Nodes.Where(n => !IsDown(n) && n.Spec?.Unschedulable != true).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        var up = seen.Nodes.Where(n => !IsDown(n)).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        var ways = new MeasuredWays(seen.Agents.Agents, up, networks.Values.Where(n => n.Status?.Migration?.State == NodeMigrationState.Failed).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal));
        return
        [
            .. seen.Nodes.Where(n => IsSkipped(n) || NodeEligibility.Excluded(n) is null).Select(node =>
            {
                var name = node.Metadata.Name!;
                var migration = networks.TryGetValue(name, out var network) && !IsOfAnother(network, node) ? network.Status?.Migration : null;
                var pods = agents[name].ToList();
                var agent = pods.Count == 1 ? pods[0] : null;
                return new NodeSituation
                {
                    Node = node,
                    Migration = migration,
                    IsDown = IsDown(node),
                    IsSkipped = IsSkipped(node),
                    IsControlPlane = node.Metadata.Labels?.ContainsKey(ControlPlaneLabel) == true,
                    IsOwn = name == seen.NodeAgent.NodeName,
                    AgentUid = agent?.Metadata.Uid,
                    IsAgentReady = IsReady(agent),
                    IsAgentWell = IsReady(agent) && judged[name].Any(j => j.State == AgentState.Well && j.Report.Pod == agent!.Metadata.Name),
                    OldPods = seen.PodCensus is { Error: null } census && census.Nodes.Contains(name) && !(census.At <= migration?.Since) ? [.. old[name]] : null,
                    Bare = allowBare ? [] : [.. old[name].Where(p => p is { Owner: null, IsStatic: false }).Select(p => p.FullName)],
                    IsOnly = !hosts.Any(other => other != name),
                    Doubt = IsReady(agent) ? DoubtOf(name, judged[name].FirstOrDefault(j => j.Report.Pod == agent!.Metadata.Name), ways) : "its agent isn't ready",
                };
            }),
        ];
    }

    /// <summary>The agent's own word, and what it and its peers measured since both run.</summary>
    private static string? DoubtOf(string node, AgentJudgement? agent, MeasuredWays ways) =>
        agent is null or { State: AgentState.NotAsked } ? "its agent hasn't been asked yet"
        : agent.State != AgentState.Well ? $"its agent isn't well: {Summary.Of(agent.Problems, 3)}"
        : ways.Against(node);

    public static bool IsDown(V1Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "Unknown";

    private static bool IsSkipped(V1Node node) => node.Metadata.DeletionTimestamp is null && node.Metadata.Labels?.ContainsKey(NetworkProfileNames.SkipLabel) == true;

    /// <summary>Of a node that was there before under this name.</summary>
    private static bool IsOfAnother(V1Alpha1NodeNetwork network, V1Node node) =>
        network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.NodeUidAnnotation) is { } uid && uid != node.Metadata.Uid;

    private static bool IsReady(V1Pod? pod) => pod?.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false;
}
