using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Agents;
using NetProfile.Cilium.Health;
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

    /// <summary>null where it says nothing of them.</summary>
    public AddressUse? Addresses { get; init; }

    /// <summary>It has read its configuration before that was changed.</summary>
    public bool Outdated { get; init; }

    public string? FeatureOf(string name) => Features.FirstOrDefault(f => f.Name == name)?.Value;

    /// <summary>Those that other rules judge.</summary>
    private static readonly HashSet<string> s_judgedElsewhere = [FeatureNames.Routing, FeatureNames.KubeProxyReplacement, FeatureNames.Hubble];

    public static AgentJudgement Of(AgentReport report, NetworkProfileObservation seen, EffectiveSpec spec, IReadOnlyList<CiliumFeature> wanted, IReadOnlyList<CiliumFeature> configured)
    {
        var outdated = IsOutdated(report, seen);
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
            // What follows from it would only push other nodes' reasons out of the message.
            problems.RemoveAll(p => self.DatapathDown.Contains(p));
            problems.Insert(0, clash);
        }

        problems.AddRange(self.Deviations.Select(d => $"{d.Name} is {d.Value} although {wanted.First(w => w.Name == d.Name).Value} is configured: {KernelOf(report.Node, seen)} or the node's devices don't allow it, or a CiliumNodeConfig overrides it"));
        return new AgentJudgement
        {
            Report = report,
            State = problems.Count == 0 ? AgentState.Well : self.Errors.Count == 0 && IsStarting(said, status) ? AgentState.Starting : AgentState.Unwell,
            Problems = problems,
            Notices = [.. self.Warnings.Except(serious.Warnings), .. FewAddresses(status)],
            Features = CiliumFeatures.Reported(status),
            Addresses = status.Addresses,
            Outdated = outdated,
        };
    }

    private static IEnumerable<string> FewAddresses(AgentStatus status) => status.Addresses is { Share: >= FeaturesReport.NearlyUsedUp } use
        ? [use.Share >= 1 ? "all addresses of its pod CIDR are in use: no further pod starts there" : "its pod CIDR is nearly used up"]
        : [];

    private static string KernelOf(string node, NetworkProfileObservation seen) =>
        seen.Nodes.FirstOrDefault(n => n.Metadata.Name == node)?.Status?.NodeInfo?.KernelVersion is { } version ? $"kernel {version}" : "the kernel";

    /// <summary>
    /// By content where that can be told: helm's own settings have a checksum, which the agents' pods carry, so that settings that were
    /// changed and taken back (a rollback) make nobody outdated. What others write has none, and there the time decides.
    /// </summary>
    private static bool IsOutdated(AgentReport report, NetworkProfileObservation seen)
    {
        if (!(report.ConfiguredAt < seen.CiliumConfigChangedAt))
        {
            return false;
        }

        var template = seen.CiliumDaemonSets.FirstOrDefault(d => d.Metadata.Name == ComponentNames.AgentDaemonSet)?.Spec?.Template?.Metadata?.Annotations;
        return report.ConfiguredAt < seen.CiliumConfigChangedByHandAt
            || report.ConfigChecksum is not { } checksum || checksum != template?.GetValueOrDefault(ComponentNames.ConfigChecksumAnnotation);
    }

    /// <summary>While an agent is young its own missing parts are warnings, and most of its probes haven't run.</summary>
    private static bool IsStarting(AgentObservation said, AgentStatus status) =>
        said.Running < TimeSpan.FromMinutes(1)
        && (status.ClusterHealth is null || status.Agent?.State == "Warning" || (said.Endpoints?.Any(e => !e.Ready && (e.IsHost || e.IsHealth)) ?? false));

    /// <summary>An overlay that can't come up, and what most likely holds its port.</summary>
    private static string? PortClash(AgentObservation said, AgentStatus status, NetworkProfileObservation seen, EffectiveSpec spec)
    {
        var foreign = status.Devices.FirstOrDefault(d => d.StartsWith("flannel", StringComparison.Ordinal) || d.StartsWith("vxlan", StringComparison.Ordinal));
        var inUse = said.DegradedModules?.Any(m => m.Contains(AgentVerdict.AddressInUse, StringComparison.Ordinal)) ?? false;
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
