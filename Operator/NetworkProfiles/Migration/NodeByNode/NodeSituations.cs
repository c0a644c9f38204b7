using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>From what was read to each node's situation. Pure.</summary>
internal static class NodeSituations
{
    private const string ControlPlaneLabel = "node-role.kubernetes.io/control-plane";

    /// <summary>Nodes that have a network of ours to look after, the labelled ones among them.</summary>
    public static IReadOnlyList<NodeSituation> Of(NetworkProfileObservation seen, EffectiveSpec spec)
    {
        var networks = seen.NodeNetworks.ToDictionary(n => n.Metadata.Name!, n => n, StringComparer.Ordinal);
        var agents = seen.Pods.Where(p => ComponentNames.IsPodOf(CiliumComponent.Agent, p) && p.Metadata.DeletionTimestamp is null && p.Spec?.NodeName is not null).ToLookup(p => p.Spec!.NodeName!, StringComparer.Ordinal);
        var judged = seen.Agents.Agents.Select(a => AgentJudgement.Of(a, seen, spec, [], [])).ToLookup(a => a.Node, StringComparer.Ordinal);
        var old = (seen.PodCensus?.Unmanaged ?? []).ToLookup(p => p.Node, StringComparer.Ordinal);
        var up = seen.Nodes.Where(n => !IsDown(n)).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
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
                    Doubt = IsReady(agent) ? DoubtOf(name, judged[name].FirstOrDefault(j => j.Report.Pod == agent!.Metadata.Name), seen.Agents.Agents, up) : "its agent isn't ready",
                };
            }),
        ];
    }

    /// <summary>The agent's own word, and what it and its peers measured since both run.</summary>
    private static string? DoubtOf(string node, AgentJudgement? agent, IReadOnlyList<AgentReport> all, HashSet<string> up)
    {
        if (agent is null or { State: AgentState.NotAsked })
        {
            return "its agent hasn't been asked yet";
        }

        if (agent.State != AgentState.Well)
        {
            return $"its agent isn't well: {Summary.Of(agent.Problems, 3)}";
        }

        if (!all.Any(a => a.MeasuresPeers))
        {
            return null;
        }

        var starts = all.GroupBy(a => a.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (Since: g.Max(a => a.RunningSince), Ready: g.All(a => a.Ready)), StringComparer.Ordinal);
        var ways = all.Where(a => a.Ready && up.Contains(a.Node)).SelectMany(a => (a.Answer?.Seen.Health?.Peers ?? []).Select(p => (From: a, To: NodeNames.WithoutCluster(p.Node), Peer: p)))
            .Where(w => w.From.Node != w.To && (w.From.Node == node || w.To == node) && up.Contains(w.To)
                && starts.TryGetValue(w.To, out var other) && other.Ready && w.From.Answer!.PeersAskedAt > other.Since && w.From.Answer.PeersAskedAt > w.From.RunningSince)
            .ToList();
        var lost = ways.Where(w => w.Peer.HostReached == false || w.Peer.EndpointReached == false).ToList();
        return lost.Count > 0 ? $"{lost[0].From.Node} doesn't reach {lost[0].To}: {lost[0].Peer.Error}"
            : ways.Any(w => w.To == node) || all.Count(a => a.Ready && up.Contains(a.Node)) < 2 ? null
            : "no other agent has measured yet whether it is reached";
    }

    public static bool IsDown(V1Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "Unknown";

    private static bool IsSkipped(V1Node node) => node.Metadata.DeletionTimestamp is null && node.Metadata.Labels?.ContainsKey(NetworkProfileNames.SkipLabel) == true;

    /// <summary>Of a node that was there before under this name.</summary>
    private static bool IsOfAnother(V1Alpha1NodeNetwork network, V1Node node) =>
        network.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.NodeUidAnnotation) is { } uid && uid != node.Metadata.Uid;

    private static bool IsReady(V1Pod? pod) => pod?.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false;
}
