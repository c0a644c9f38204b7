using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Hubble;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using AgentsReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.AgentsReady;
using HubbleReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HubbleReady;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>What the agents say of themselves, on top of what their pods tell. Ready agents that don't work are told apart here.</summary>
internal static class AgentRules
{
    private const int MostReasons = 3;

    public static Verdict Agents(ReportInput input)
    {
        var pods = ComponentRules.Agents(input);
        return pods.Status == ConditionStatus.True ? ByTheirWord(input, pods) : WithCauses(input, pods);
    }

    public static Verdict Hubble(ReportInput input)
    {
        var workloads = ComponentRules.Hubble(input);
        if (workloads.Status != ConditionStatus.True || !input.Spec.Hubble.Enabled)
        {
            return workloads;
        }

        var off = input.Agents.Where(a => a.FeatureOf(FeatureNames.Hubble) == CiliumFeatures.Disabled).ToList();
        var failing = input.Agents.Where(a => a.Report.Answer?.Seen.Status?.Subsystems.GetValueOrDefault("hubble")?.State is "Failure" or "Warning").ToList();
        if (off.Count + failing.Count == 0)
        {
            return Certificates(input) ?? workloads;
        }

        var problems = new List<string>();
        if (off.Count > 0)
        {
            problems.Add($"agents on {Nodes(off)} report that Hubble is off although it is wanted{Restart(input, off)}");
        }

        problems.AddRange(failing.GroupBy(a => a.Report.Answer!.Seen.Status!.Subsystems["hubble"].Message, StringComparer.Ordinal).Take(MostReasons).Select(g => $"Hubble fails on {Nodes(g)}: {g.Key}"));
        return Damping.Settle(input, False(HubbleReady.Type, HubbleReady.Degraded, Summary.Of(problems)), [.. off, .. failing]);
    }

    /// <summary>By days, so that nothing is written anew with every look; what the operator renews in a moment is told all the same until it has.</summary>
    private static Verdict? Certificates(ReportInput input)
    {
        var due = input.Seen.HubbleCertificates.Where(c => c.IsDue(input.Seen.ObservedAt)).ToList();
        if (due.Count == 0)
        {
            return null;
        }

        var ns = input.Spec.Cilium.Namespace;
        var todo = input.Plan.Next?.Name == CertificateRenewal.Name
            ? $"plan step {CertificateRenewal.Name} makes them anew as soon as it may be carried out"
            : $"no upgrade renews them: kubectl -n {ns} delete secret {string.Join(' ', due.Select(c => c.Secret))}, and the operator has helm make them anew";
        var over = due.Where(c => c.IsOver(input.Seen.ObservedAt)).ToList();
        return over.Count > 0
            ? False(HubbleReady.Type, HubbleReady.CertificatesExpired, $"certificates are over in Secrets of namespace {ns}, so that relay and agents don't trust each other: {string.Join(", ", over)}; {todo}")
            : True(HubbleReady.Type, HubbleReady.CertificatesExpire, $"certificates come to their end in Secrets of namespace {ns}: {string.Join(", ", due)}; {todo}");
    }

    private static Verdict ByTheirWord(ReportInput input, Verdict pods)
    {
        var agents = input.Agents;
        var unwell = agents.Where(a => a.State == AgentState.Unwell).ToList();
        var unreachable = agents.Where(a => a.State == AgentState.Unreachable).ToList();
        if (unwell.Count > 0)
        {
            var others = unreachable.Count == 0 ? "" : $"; agents on {Nodes(unreachable)} couldn't be asked";
            var degraded = Damping.Settle(input, False(AgentsReady.Type, AgentsReady.Degraded, Grouped(unwell) + others), unwell);
            return degraded.Settling == true ? degraded with { Reason = AgentsReady.Verifying } : degraded;
        }

        if (input.Seen.CiliumConfigErrors is { Count: > 0 } errors)
        {
            return False(AgentsReady.Type, AgentsReady.Degraded, $"Cilium has written errors to the annotations of ConfigMap cilium-config: {Summary.Of(errors, most: MostReasons)}");
        }

        var outdated = agents.Where(a => a.Outdated).ToList();
        if (outdated.Count > 0)
        {
            return False(AgentsReady.Type, AgentsReady.OutdatedConfiguration,
                $"agents on {Nodes(outdated)} have read cilium-config before it was changed last and still run by the old one: kubectl -n {input.Spec.Cilium.Namespace} rollout restart daemonset/{ComponentNames.AgentDaemonSet}");
        }

        if (unreachable.Count > 0)
        {
            return Damping.Settle(input, False(AgentsReady.Type, AgentsReady.Unreachable,
                $"agents couldn't be asked by exec: {Grouped(unreachable)}; the API server must reach the kubelets of these nodes (TCP port 10250), and the operator be allowed pods/exec"), unreachable);
        }

        var total = Math.Max(input.Component(CiliumComponent.Agent).Desired, agents.Count);
        var asked = agents.Count(a => a.State != AgentState.NotAsked);
        if (asked < total)
        {
            return Unknown(AgentsReady.Type, AgentsReady.Verifying, string.Create(CultureInfo.InvariantCulture, $"{pods.Message}; asked {asked} of {total} agents how they are")) with { Settling = true };
        }

        var starting = agents.Where(a => a.State == AgentState.Starting).ToList();
        if (starting.Count > 0)
        {
            return Unknown(AgentsReady.Type, AgentsReady.Verifying, $"{pods.Message}; agents are coming up: {Grouped(starting)}") with { Settling = true };
        }

        var noticed = agents.Where(a => a.Notices.Count > 0).ToList();
        return pods with { Message = $"{pods.Message}, and all say that they are well{(noticed.Count == 0 ? "" : $"; but look at: {Grouped(noticed, a => a.Notices)}")}" };
    }

    /// <summary>The line that crash-looping agents die with, which their termination messages don't hold; and nodes that are down with their agents.</summary>
    private static Verdict WithCauses(ReportInput input, Verdict pods)
    {
        var words = input.Seen.Agents.LastWords.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal).Take(MostReasons)
            .Select(g => $"the agent on {NodeNames.Join(g)} died with: {g.Key}").ToList();
        var silent = input.Seen.Pods.Where(p => ComponentNames.IsPodOf(CiliumComponent.Agent, p) && !AgentNotables.IsReady(p)).Select(p => p.Spec?.NodeName).ToHashSet(StringComparer.Ordinal);
        var down = input.Seen.Nodes.Where(n => AgentNotables.Readiness(n) == "Unknown" && silent.Contains(n.Metadata.Name)).Select(n => n.Metadata.Name!).ToList();
        if (down.Count > 0)
        {
            words.Add($"{NodeNames.Join(down)} {(down.Count == 1 ? "is down, and its agent" : "are down, and their agents")} with {(down.Count == 1 ? "it" : "them")}");
        }

        return words.Count == 0 ? pods : pods with { Message = Summary.Of([.. words, pods.Message]) };
    }

    /// <summary>At most three reasons, those of most nodes first, each with the nodes that it is about.</summary>
    internal static string Grouped(IEnumerable<AgentJudgement> agents, Func<AgentJudgement, IReadOnlyList<string>>? textsOf = null)
    {
        var reasons = agents.SelectMany(a => (textsOf ?? (j => j.Problems))(a).Select((text, at) => (a.Node, Text: text, At: at)))
            .GroupBy(r => r.Text, StringComparer.Ordinal)
            .OrderBy(g => g.Min(r => r.At)).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .ToList();
        var shown = reasons.Take(MostReasons).Select(g => $"{NodeNames.Join(g.Select(r => r.Node))}: {g.Key}");
        return string.Join("; ", shown) + (reasons.Count > MostReasons ? string.Create(CultureInfo.InvariantCulture, $"; and {reasons.Count - MostReasons} more reasons") : "");
    }

    internal static string Nodes(IEnumerable<AgentJudgement> agents) => NodeNames.Join(agents.Select(a => a.Node));

    /// <summary>The likely cause of a deviation, and what to do.</summary>
    internal static string Restart(ReportInput input, IReadOnlyList<AgentJudgement> deviating) => deviating.Any(a => a.Outdated)
        ? $"; they have started before cilium-config was changed: kubectl -n {input.Spec.Cilium.Namespace} rollout restart daemonset/{ComponentNames.AgentDaemonSet}"
        : $"; look for a CiliumNodeConfig that overrides cilium-config on these nodes: kubectl -n {input.Spec.Cilium.Namespace} get ciliumnodeconfigs";
}
