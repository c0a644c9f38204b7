using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Agents;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Agents;

namespace NetProfile.NetworkProfiles.Reporting;

internal enum AgentState
{
    /// <summary>Its container has just started, or its turn hasn't come.</summary>
    NotAsked,

    Unreachable,

    /// <summary>Its datapath isn't up yet, and it hasn't had time for that.</summary>
    Starting,

    Unwell,
    Well,
}

/// <summary>One agent, judged by its own word; what it says of its peers is judged for all agents together.</summary>
internal sealed record AgentJudgement
{
    public required AgentReport Report { get; init; }

    public string Node => Report.Node;

    public required AgentState State { get; init; }

    /// <summary>What is amiss. Texts without the node's name, so that equal troubles are equal texts.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What deserves a look and keeps nothing from working.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    public IReadOnlyList<CiliumFeature> Features { get; init; } = [];

    /// <summary>It has read its configuration before that was changed.</summary>
    public bool Outdated { get; init; }

    public string? FeatureOf(string name) => Features.FirstOrDefault(f => f.Name == name)?.Value;

    /// <summary>Those that other rules judge.</summary>
    private static readonly HashSet<string> s_judgedElsewhere = [FeatureNames.Routing, FeatureNames.KubeProxyReplacement, FeatureNames.Hubble];

    public static AgentJudgement Of(AgentReport report, NetworkProfileObservation seen, EffectiveSpec spec, IReadOnlyList<CiliumFeature> wanted, IReadOnlyList<CiliumFeature> configured)
    {
        var outdated = report.ConfiguredAt < seen.CiliumConfigChangedAt;
        if (report.Answer?.Seen is not { } said)
        {
            return new AgentJudgement { Report = report, State = AgentState.NotAsked, Outdated = outdated };
        }

        if (said.Status is not { } status)
        {
            return new AgentJudgement { Report = report, State = AgentState.Unreachable, Problems = [said.Unreachable ?? "its answer is no status"], Outdated = outdated };
        }

        // What the configuration doesn't ask for, because raw values say otherwise, is no fault of an agent.
        var expected = wanted.Where(w => !s_judgedElsewhere.Contains(w.Name) && configured.Contains(w)).ToList();
        var self = AgentVerdict.Of(said with { Health = null }, expected);
        var serious = AgentVerdict.Of(said with { Health = null, Endpoints = said.Endpoints?.Where(e => e.IsHost || e.IsHealth).ToList(), Status = status with { Devices = [] } }, []);
        var problems = self.Errors.Concat(serious.Warnings).ToList();
        if (PortClash(said, status, seen, spec) is { } clash && serious.Errors.Count > 0)
        {
            problems.Insert(0, clash);
        }

        problems.AddRange(self.Deviations.Select(d => $"{d.Name} is {d.Value} although {wanted.First(w => w.Name == d.Name).Value} is configured: the node's kernel or devices don't allow it, or a CiliumNodeConfig overrides it"));
        return new AgentJudgement
        {
            Report = report,
            State = problems.Count == 0 ? AgentState.Well : self.Errors.Count == 0 && IsStarting(said, status) ? AgentState.Starting : AgentState.Unwell,
            Problems = problems,
            Notices = [.. self.Warnings.Except(serious.Warnings)],
            Features = CiliumFeatures.Reported(status),
            Outdated = outdated,
        };
    }

    /// <summary>While an agent is young its own missing parts are warnings, and most of its probes haven't run.</summary>
    private static bool IsStarting(AgentObservation said, AgentStatus status) =>
        said.Running < TimeSpan.FromMinutes(1)
        && (status.ClusterHealth is null || status.Agent?.State == "Warning" || (said.Endpoints?.Any(e => !e.Ready && (e.IsHost || e.IsHealth)) ?? false));

    /// <summary>An overlay that can't come up, and what most likely holds its port.</summary>
    private static string? PortClash(AgentObservation said, AgentStatus status, NetworkProfileObservation seen, EffectiveSpec spec)
    {
        var foreign = status.Devices.FirstOrDefault(d => d.StartsWith("flannel", StringComparison.Ordinal) || d.StartsWith("vxlan", StringComparison.Ordinal));
        var inUse = said.DegradedModules?.Any(m => m.Contains("address already in use", StringComparison.Ordinal)) ?? false;
        if (!inUse && (foreign is null || status.ClusterHealth is not null))
        {
            return null;
        }

        var port = seen.CiliumConfig?.GetValueOrDefault("tunnel-port") ?? spec.Routing.TunnelPort.ToString(CultureInfo.InvariantCulture);
        var holder = foreign ?? "another overlay device";
        return $"{holder} holds UDP port {port}, so that Cilium's overlay device can't come up and no packet passes, although the agent says Ok: "
            + $"remove it from the node ({(foreign is null ? "ip -d link show type vxlan" : $"ip link delete {foreign}")}), or set spec.routing.tunnelPort to a port that is free";
    }
}
