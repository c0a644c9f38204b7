using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Features as wanted and as they are: the lines that people read in <c>cilium status</c>.</summary>
internal static class FeaturesReport
{
    private const int MostNodes = 20;

    /// <summary>From this share on a node's addresses are worth a word.</summary>
    internal const double NearlyUsedUp = 0.9;

    /// <summary>Both empty before there is a cilium-config of a version that is known.</summary>
    public static (IReadOnlyList<CiliumFeature> Wanted, IReadOnlyList<CiliumFeature> Configured) Sources(EffectiveSpec spec, NetworkProfileObservation seen) =>
        seen.CiliumConfig is { } config && CiliumFacts.TryFor(seen.DeployedRelease?.ChartVersion ?? spec.Cilium.Version, out var facts, out _)
            ? (CiliumFeatures.Wanted(spec, DesiredReleaseBuilder.Context(spec, seen)), CiliumFeatures.Configured(config, facts))
            : ([], []);

    /// <summary>Empty where nothing is known of what is wanted.</summary>
    public static IReadOnlyList<FeatureStatus> Of(ReportInput input)
    {
        var (wanted, configured, agents) = (input.Wanted, input.Configured, input.Agents);
        if (wanted.Count == 0)
        {
            return [];
        }

        IReadOnlyCollection<IReadOnlyList<CiliumFeature>> reports = [.. agents.Where(a => a.Features.Count > 0).Select(a => a.Features)];
        var rows = wanted.Where(w => w.Name != FeatureNames.Ipam).Select(w => FeatureTable.Wanted(w, configured, reports))
            .Append(Relay(input.Spec, input.Component(CiliumComponent.HubbleRelay)))
            .Append(Addresses(wanted.First(w => w.Name == FeatureNames.Ipam), configured, agents))
            .Append(Health(input));
        string[] told = [FeatureNames.CniChaining, FeatureNames.DatapathMode, FeatureNames.AttachMode, FeatureNames.Devices];
        return [.. rows.Concat(told.Select(name => FeatureTable.Told(name, configured, reports))).OfType<FeatureStatus>().Select(row => row.NodesDeviating is null ? row with { NodesDeviating = Deviating(row, configured, agents) } : row)];
    }

    private static IReadOnlyList<string>? Deviating(FeatureStatus row, IReadOnlyList<CiliumFeature> configured, IReadOnlyList<AgentJudgement> agents)
    {
        var expected = row.Wanted ?? FeatureTable.Configured(row.Name!, configured);
        return expected is null ? null : Names(agents.Where(a => a.FeatureOf(row.Name!) is { } said && said != expected));
    }

    private static IReadOnlyList<string>? Names(IEnumerable<AgentJudgement> agents) =>
        agents.Select(a => a.Node).Order(StringComparer.Ordinal).Take(MostNodes).ToList() is { Count: > 0 } nodes ? nodes : null;

    private static FeatureStatus Relay(EffectiveSpec spec, ComponentHealth relay) => new()
    {
        Name = FeatureNames.HubbleRelay,
        Wanted = spec.Hubble is { Enabled: true, Relay: true } ? CiliumFeatures.Enabled : CiliumFeatures.Disabled,
        Reported = relay.Disabled ? CiliumFeatures.Disabled
            : relay.Ready >= relay.Desired ? CiliumFeatures.Enabled
            : string.Create(CultureInfo.InvariantCulture, $"{relay.Ready} of {relay.Desired} pods ready"),
    };

    /// <summary>In tens of percent until it gets tight: a count would change, and be written, with every pod.</summary>
    private static FeatureStatus Addresses(CiliumFeature wanted, IReadOnlyList<CiliumFeature> configured, IReadOnlyList<AgentJudgement> agents)
    {
        var mode = FeatureTable.Configured(FeatureNames.Ipam, configured) ?? "";
        var told = agents.Where(a => a.Addresses is not null).ToList();
        var size = told.Sum(a => a.Addresses!.Size);
        var full = told.Where(a => a.Addresses!.Share >= NearlyUsedUp).ToList();
        var most = full.MaxBy(a => a.Addresses!.Share);
        return new FeatureStatus
        {
            Name = FeatureNames.Ipam,
            Wanted = wanted.Value,
            Reported = mode + (size > 0 ? $" [{Use(told.Sum(a => a.Addresses!.Used) / size)} used{(most is null ? "" : $", {most.Node} {Percent(most.Addresses!.Share)}")}]" : ""),
            NodesReporting = mode == wanted.Value ? told.Count - full.Count : 0,
            NodesTotal = told.Count,
            NodesDeviating = Names(mode == wanted.Value ? full : told),
        };
    }

    private static FeatureStatus? Health(ReportInput input)
    {
        var told = input.Agents.Where(a => a.Report.Answer?.Seen is { Status.Agent: not null, HasHealthDaemon: true }).ToList();
        if (told.Count == 0)
        {
            return null;
        }

        var lost = PeerWays.Lost(input.Agents, input.Seen).Select(way => way.From.Node).ToHashSet(StringComparer.Ordinal);
        string StateOf(AgentJudgement agent) => agent.Report.Answer!.Seen.Status!.ClusterHealth is not { } health ? "Not running"
            : health.State == "Ok" && lost.Contains(agent.Node) ? "Peers not reached"
            : health.State;
        return FeatureTable.Told(FeatureNames.ClusterHealth, [new(FeatureNames.ClusterHealth, "Ok")], [.. told.Select(IReadOnlyList<CiliumFeature> (a) => [new(FeatureNames.ClusterHealth, StateOf(a))])])! with
        {
            Wanted = "Ok",
            NodesDeviating = Names(told.Where(a => StateOf(a) != "Ok")),
        };
    }

    private static string Use(double share) => share switch
    {
        < 0.1 => "under 10%",
        < NearlyUsedUp => $"over {Percent(Math.Floor(share * 10) / 10)}",
        _ => Percent(share),
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor((share * 100) + 1e-9):0}%");
}
