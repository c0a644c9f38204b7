using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Preflight;

namespace NetProfile.NetworkProfiles;

/// <summary>A spec held against its cluster: the release that it asks for, and all that is wrong at once.</summary>
internal sealed record DesiredReview
{
    private const string ChartName = "cilium";

    public required EffectiveSpec Spec { get; init; }

    /// <summary>What the values depend on beside the spec.</summary>
    public required ValuesContext Context { get; init; }

    public required bool ForcesConflicts { get; init; }

    /// <summary>null when the spec can't be turned into a release.</summary>
    public DesiredRelease? Target { get; init; }

    public required List<Blocker> Blockers { get; init; }

    public required List<PreflightFinding> Warnings { get; init; }

    /// <summary>The wanted version's values with deviations for one stage.</summary>
    public JsonObject ValuesWith(InterimValues? interim) =>
        CiliumValues.Build(Spec, Context with { Interim = interim }, CiliumFacts.For(CiliumVersion.Parse(Spec.Cilium.Version))).Values;

    /// <param name="version">The pinned digest is the wanted version's; other versions have none.</param>
    /// <param name="values">The whole document.</param>
    public DesiredRelease Release(string version, JsonObject values)
    {
        var chart = new HelmChart
        {
            Repository = Spec.Cilium.ChartRepository,
            Name = ChartName,
            Version = version,
            Digest = version == Spec.Cilium.Version ? Spec.Cilium.ChartDigest : null,
        };
        return new DesiredRelease
        {
            Release = new HelmReleaseName(Spec.Cilium.Namespace, Spec.Cilium.ReleaseName),
            Chart = chart,
            Values = values,
            ValuesDigest = ValuesDigest.Of(values),
            Digest = ValuesDigest.Of(new JsonObject
            {
                ["chart"] = $"{chart.Repository} {chart.Name} {chart.Version} {chart.Digest}",
                ["values"] = values.DeepClone(),
                ["force"] = ForcesConflicts,
            }),
            Effective = DesiredReleaseBuilder.Effective(Spec, Context, values),
        };
    }
}
