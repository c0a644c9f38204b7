using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>
/// Whether every agent says itself that it runs what the release has, is well, and reaches the others: a ready pod proves none of it.
/// Nodes of which nothing is heard are left out, as everywhere in a roll. Pure.
/// </summary>
internal static class AgentsWord
{
    private const int MostNodes = 5;

    private const int MostWays = 3;

    /// <returns>What is amiss, or who has not been heard yet; null when all have said that they are well.</returns>
    public static string? Against(string version, AgentRollout rollout, NetworkProfileObservation seen, EffectiveSpec spec)
    {
        var agents = Said(rollout, seen, spec);
        if (Unwell(agents) is { } unwell)
        {
            return unwell;
        }

        var unheard = agents.Where(a => a.Said is null or { State: AgentState.NotAsked }).Select(a => a.Node).ToList();
        if (unheard.Count > 0)
        {
            return $"{agents.Count - unheard.Count} of {agents.Count} agents have said how they are; open: {NodeNames.Join(unheard, MostNodes)}";
        }

        var others = agents.Where(a => a.Said!.Report.Answer?.Seen.Status?.Version is { } own && own != version).ToList();
        if (others.Count > 0)
        {
            return $"agents say that they are of another version: {NodeNames.Join(others.Select(a => $"{a.Node} of {a.Said!.Report.Answer!.Seen.Status!.Version}"), MostNodes)}";
        }

        var outdated = agents.Where(a => a.Said!.Outdated).Select(a => a.Node).ToList();
        if (outdated.Count > 0)
        {
            return $"agents run by settings older than cilium-config: {NodeNames.Join(outdated, MostNodes)}";
        }

        // Where health checking is off nobody measures, and nothing is waited for.
        return Lost(agents, seen)
            ?? (PeerWays.Open([.. agents.Select(a => a.Said!)], seen) is { Count: > 0 } open ? $"agents have not measured yet whether they reach each other: {NodeNames.Join(open, MostNodes)}" : null);
    }

    /// <returns>What is amiss by what agents have said; null when nothing is, whoever may not have been heard.</returns>
    public static string? Trouble(AgentRollout rollout, NetworkProfileObservation seen, EffectiveSpec spec) => Said(rollout, seen, spec) is var agents ? Unwell(agents) ?? Lost(agents, seen) : null;

    private static List<(string Node, AgentJudgement? Said)> Said(AgentRollout rollout, NetworkProfileObservation seen, EffectiveSpec spec)
    {
        var said = seen.Agents.Agents.ToDictionary(report => report.Pod, report => AgentJudgement.Of(report, seen, spec, [], []), StringComparer.Ordinal);
        return [.. rollout.Agents.Where(a => a is { Lost: false, Terminating: false }).Select(a => (a.Node, said.GetValueOrDefault(a.Pod)))];
    }

    private static string? Unwell(List<(string Node, AgentJudgement? Said)> agents)
    {
        var unwell = agents.Select(a => a.Said).OfType<AgentJudgement>().Where(j => j.State is AgentState.Unwell or AgentState.Unreachable or AgentState.Starting).ToList();
        return unwell.Count > 0 ? $"agents are not well by their own word: {AgentRules.Grouped(unwell)}" : null;
    }

    private static string? Lost(List<(string Node, AgentJudgement? Said)> agents, NetworkProfileObservation seen) =>
        PeerWays.Lost([.. agents.Select(a => a.Said).OfType<AgentJudgement>()], seen) is { Count: > 0 } lost
            ? $"agents don't reach each other: {NodeNames.Join(lost.Select(l => $"{l.From.Node} to {l.To} ({l.Peer.Error})"), MostWays)}"
            : null;
}
