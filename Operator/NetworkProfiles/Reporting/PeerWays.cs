using NetProfile.Cilium.Agents;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The ways between nodes as agents have measured them. In a large cluster only some agents do, and each of them to all nodes. Pure.</summary>
internal static class PeerWays
{
    /// <summary>A way from one agent to another that was tried in vain.</summary>
    internal sealed record LostWay(AgentJudgement From, string To, PeerHealth Peer);

    /// <summary>Between nodes that are up; what was measured before the other agent started says nothing of it.</summary>
    public static IReadOnlyList<LostWay> Lost(IReadOnlyList<AgentJudgement> agents, NetworkProfileObservation seen)
    {
        var reachable = ReachableNodes(agents, seen);
        var starts = agents.GroupBy(a => a.Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Max(a => a.Report.RunningSince), StringComparer.Ordinal);
        return
        [
            .. agents.SelectMany(a => (a.Report.Answer?.Seen.Health?.Peers ?? []).Select(p => new LostWay(a, NodeNames.WithoutCluster(p.Node), p)))
                .Where(l => l.To != l.From.Node && (l.Peer.HostReached == false || l.Peer.EndpointReached == false)
                    && reachable.Contains(l.To) && reachable.Contains(l.From.Node) && l.From.Report.Answer!.PeersAskedAt > starts[l.To]),
        ];
    }

    /// <summary>Nodes whose agent measures the ways to all others, and hasn't since the last of them has started.</summary>
    public static IReadOnlyList<string> Open(IReadOnlyList<AgentJudgement> agents, NetworkProfileObservation seen)
    {
        var reachable = ReachableNodes(agents, seen);
        if (reachable.Count < 2)
        {
            return [];
        }

        var newest = agents.Where(a => reachable.Contains(a.Node)).Max(a => a.Report.RunningSince);
        return [.. agents.Where(a => a.Report.MeasuresPeers && reachable.Contains(a.Node) && !(a.Report.Answer is { Seen.Health.Peers.Count: > 0 } answer && answer.PeersAskedAt > newest)).Select(a => a.Node)];
    }

    /// <summary>A node that is down isn't reached, and that is no fault of the routing.</summary>
    public static HashSet<string> ReachableNodes(IReadOnlyList<AgentJudgement> agents, NetworkProfileObservation seen)
    {
        var ready = seen.Nodes.Where(n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        return agents.Where(a => a.Report.Ready && ready.Contains(a.Node)).Select(a => a.Node).ToHashSet(StringComparer.Ordinal);
    }
}
