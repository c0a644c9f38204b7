using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Features as wanted and as they are: the lines that people read in <c>cilium status</c>.</summary>
internal static class FeaturesReport
{
    private const int MostNodes = 20;

    /// <summary>Both empty before there is a cilium-config of a version that is known.</summary>
    public static (IReadOnlyList<CiliumFeature> Wanted, IReadOnlyList<CiliumFeature> Configured) Sources(EffectiveSpec spec, NetworkProfileObservation seen) =>
        seen.CiliumConfig is { } config && CiliumFacts.TryFor(seen.DeployedRelease?.ChartVersion ?? spec.Cilium.Version, out var facts, out _)
            ? (CiliumFeatures.Wanted(spec, DesiredReleaseBuilder.Context(spec, seen)), CiliumFeatures.Configured(config, facts))
            : ([], []);

    public static IReadOnlyList<FeatureStatus> Of(IReadOnlyList<CiliumFeature> wanted, IReadOnlyList<CiliumFeature> configured, IReadOnlyList<AgentJudgement> agents) =>
    [
        .. CiliumFeatures.Table(wanted, configured, [.. agents.Where(a => a.Features.Count > 0).Select(a => a.Features)]).Select(feature => feature with
        {
            NodesDeviating = agents.Where(a => a.FeatureOf(feature.Name!) is { } said && said != feature.Wanted).Select(a => a.Node).Order(StringComparer.Ordinal).Take(MostNodes).ToList() is { Count: > 0 } nodes
                ? nodes
                : null,
        }),
    ];
}
