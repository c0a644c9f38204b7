using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Nodes whose agent deserves a look, the worst first.</summary>
internal static class AgentNotables
{
    private static readonly List<string> s_worstFirst =
        ["NodeNotReady", "AgentNotReady", "AgentDegraded", "WrongRoutingMode", "PeersUnreachable", "AgentUnreachable", "AgentOutdated", "AgentStarting"];

    /// <summary>Agents that don't say that they are well with the newest configuration, by node.</summary>
    public static IReadOnlyDictionary<string, AgentJudgement> Troubled(ReportInput input) =>
        ByNode(input.Agents.Where(j => j.Outdated || j.State is not AgentState.Well and not AgentState.NotAsked));

    /// <param name="input">What was seen.</param>
    /// <param name="pods">The newest pod of an agent, by node.</param>
    /// <param name="troubled">See <see cref="Troubled"/>.</param>
    public static IEnumerable<NotableNode> Of(ReportInput input, IReadOnlyDictionary<string, V1Pod> pods, IReadOnlyDictionary<string, AgentJudgement> troubled)
    {
        var wanted = input.Wanted.FirstOrDefault(f => f.Name == FeatureNames.Routing)?.Value;
        var otherwise = ByNode(input.Agents.Where(a => a.FeatureOf(FeatureNames.Routing) is { } mode && mode != wanted));
        var lost = PeerWays.Lost(input.Agents, input.Seen).ToLookup(l => l.From.Node, StringComparer.Ordinal);
        return input.Seen.Nodes
            .Select(node => node.Metadata.Name is not { } name ? null
                : OfNode(node)
                ?? OfPod(name, pods.GetValueOrDefault(name), input.Seen)
                ?? OfAgent(troubled.GetValueOrDefault(name))
                ?? OfPeers(name, [.. lost[name]])
                ?? OfMode(otherwise.GetValueOrDefault(name), wanted))
            .OfType<NotableNode>()
            .OrderBy(n => s_worstFirst.IndexOf(n.State!)).ThenBy(n => n.Name, StringComparer.Ordinal);
    }

    public static string Readiness(V1Node node) => node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status ?? "Unknown";

    public static bool IsReady(V1Pod pod) => pod.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false;

    private static Dictionary<string, AgentJudgement> ByNode(IEnumerable<AgentJudgement> agents) =>
        agents.GroupBy(a => a.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    private static NotableNode? OfNode(V1Node node) => Readiness(node) is var readiness && readiness == "True" ? null : new NotableNode
    {
        Name = node.Metadata.Name,
        State = "NodeNotReady",
        Message = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Message ?? $"Ready is {readiness}",
    };

    private static NotableNode? OfPod(string node, V1Pod? pod, NetworkProfileObservation seen) => pod is null || IsReady(pod) ? null : new NotableNode
    {
        Name = node,
        State = "AgentNotReady",
        Message = seen.Agents.LastWords.GetValueOrDefault(node) ?? PodDiagnosis.CauseOf(pod, seen.ObservedAt) ?? $"its pod is {pod.Status?.Phase ?? "Pending"} and not ready yet",
    };

    private static NotableNode? OfAgent(AgentJudgement? agent) => agent is null ? null : new NotableNode
    {
        Name = agent.Node,
        State = agent.State switch
        {
            AgentState.Unreachable => "AgentUnreachable",
            AgentState.Starting => "AgentStarting",
            AgentState.Unwell => "AgentDegraded",
            _ => "AgentOutdated",
        },
        Message = agent.Problems.Count > 0 ? string.Join("; ", agent.Problems) : "its agent has read cilium-config before it was changed last",
    };

    private static NotableNode? OfPeers(string node, IReadOnlyList<PeerWays.LostWay> lost) => lost.Count == 0 ? null : new NotableNode
    {
        Name = node,
        State = "PeersUnreachable",
        Message = $"its agent doesn't reach {NodeNames.Join(lost.Select(l => l.To), most: 5)}: {lost[0].Peer.Error}",
    };

    private static NotableNode? OfMode(AgentJudgement? agent, string? wanted) => agent is null ? null : new NotableNode
    {
        Name = agent.Node,
        State = "WrongRoutingMode",
        Message = $"its agent routes by {agent.FeatureOf(FeatureNames.Routing)}, wanted is {wanted}",
    };
}
