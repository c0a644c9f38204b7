namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>The state of the nodes for a message: counts, and at most twenty by name.</summary>
internal static class NodesText
{
    private const int MostNames = 20;

    private static readonly (NodeStanding Standing, string Word)[] s_words =
    [
        (NodeStanding.Failed, "failed"),
        (NodeStanding.Dirty, "dirty"),
        (NodeStanding.Unreachable, "unreachable"),
        (NodeStanding.Waiting, "not yet reported"),
        (NodeStanding.Working, "being cleaned"),
        (NodeStanding.Skipped, "left out"),
    ];

    public static string Of(IReadOnlyList<NodeProgress> nodes)
    {
        var counted = nodes.Count(n => n.Standing != NodeStanding.Skipped);
        var counts = s_words
            .Select(w => (w.Word, Count: nodes.Count(n => n.Standing == w.Standing)))
            .Where(w => w.Count > 0)
            .Select(w => $"{w.Count} {w.Word}");
        var text = string.Join(", ", [$"{nodes.Count(n => n.Standing == NodeStanding.Clean)} of {counted} nodes clean", .. counts]);
        var named = nodes.Where(n => n.Standing is NodeStanding.Failed or NodeStanding.Dirty or NodeStanding.Unreachable).ToList();
        var told = named.Take(MostNames).Select(n => n.Message.Length > 0 ? $"{n.Name}: {n.Message}" : n.Name).ToList();
        if (named.Count > MostNames)
        {
            told.Add($"and {named.Count - MostNames} more");
        }

        return told.Count == 0 ? text : $"{text}: {Summary.Of(told, MostNames + 1)}";
    }
}
