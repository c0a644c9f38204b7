using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Features as wanted and as they are: the lines that people read in <c>cilium status</c>.</summary>
internal static class FeaturesReport
{
    public static IReadOnlyList<FeatureStatus> Of(EffectiveSpec spec, NetworkProfileObservation seen)
    {
        if (seen.CiliumConfig is not { } config || !CiliumFacts.TryFor(seen.DeployedRelease?.ChartVersion ?? spec.Cilium.Version, out var facts, out _))
        {
            return [];
        }

        return CiliumFeatures.Table(CiliumFeatures.Wanted(spec, DesiredReleaseBuilder.Context(spec, seen)), CiliumFeatures.Configured(config, facts), []);
    }
}
