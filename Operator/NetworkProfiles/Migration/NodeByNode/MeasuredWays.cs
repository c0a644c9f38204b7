using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>What agents measured of their ways to each other since both ends run; in a large cluster only some agents measure. Pure.</summary>
internal sealed class MeasuredWays
{
    private readonly bool _areMeasured;
    private readonly int _ready;
    private readonly HashSet<string> _reached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _lost = new(StringComparer.Ordinal);

    /// <param name="agents">Their words.</param>
    /// <param name="up">Nodes that count.</param>
    /// <param name="failed">Nodes that have failed already: a way that one of them is an end of says nothing of the other.</param>
    public MeasuredWays(IReadOnlyList<AgentReport> agents, IReadOnlySet<string> up, IReadOnlySet<string> failed)
    {
        _areMeasured = agents.Any(a => a.MeasuresPeers);
        _ready = agents.Count(a => a.Ready && up.Contains(a.Node));
        var starts = agents.Where(a => up.Contains(a.Node)).GroupBy(a => a.Node, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (Since: g.Max(a => a.RunningSince), Ready: g.All(a => a.Ready)), StringComparer.Ordinal);
        foreach (var from in agents.Where(a => a.Ready && starts.ContainsKey(a.Node) && a.Answer?.PeersAskedAt > a.RunningSince))
        {
            foreach (var peer in from.Answer!.Seen.Health?.Peers ?? [])
            {
                var to = NodeNames.WithoutCluster(peer.Node);
                if (from.Node == to || !starts.TryGetValue(to, out var other) || !other.Ready || !(from.Answer.PeersAskedAt > other.Since))
                {
                    continue;
                }

                _reached.Add(to);
                if (peer.HostReached == false || peer.EndpointReached == false)
                {
                    var text = $"{from.Node} doesn't reach {to}: {peer.Error}";
                    foreach (var node in failed.Contains(from.Node) == failed.Contains(to) ? [from.Node, to] : failed.Contains(to) ? [to] : (string[])[from.Node])
                    {
                        _lost.TryAdd(node, text);
                    }
                }
            }
        }
    }

    /// <summary>Why it isn't proven that the node is reached and reaches others; null when it is.</summary>
    public string? Against(string node) =>
        !_areMeasured ? null
        : _lost.TryGetValue(node, out var lost) ? lost
        : _reached.Contains(node) || _ready < 2 ? null
        : "no other agent has measured yet whether it is reached";
}
