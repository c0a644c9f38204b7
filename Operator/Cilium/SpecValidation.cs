using NetProfile.Cilium.Validation;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>A profile held against everything that can be known without its nodes: all that is wrong, at once.</summary>
/// <param name="Spec">The spec with its defaults.</param>
/// <param name="Facts">null when the version is refused.</param>
/// <param name="Values">null when the version is refused. Not to be used when <see cref="Accepted"/> is false.</param>
/// <param name="Findings">Errors first, then by field.</param>
public sealed record ProfileReview(EffectiveSpec Spec, CiliumFacts? Facts, System.Text.Json.Nodes.JsonObject? Values, IReadOnlyList<Finding> Findings)
{
    public bool Accepted => Findings.All(f => f.Severity != FindingSeverity.Error);
}

/// <summary>The rules of the CRD once more (an object may have come past admission), and those that need to know Cilium. Pure.</summary>
public static class SpecValidation
{
    public static ProfileReview Review(NetworkProfileSpec written, ValuesContext context)
    {
        var spec = NetworkProfileDefaults.Resolve(written);
        var input = new RuleInput(written, spec, context);
        var findings = SpecRules.Check(input).ToList();
        if (!CiliumFacts.TryFor(spec.Cilium.Version, out var facts, out var refusal))
        {
            findings.Add(Finding.Error("spec.cilium.version", spec.Cilium.Version, FindingReasons.UnsupportedVersion, refusal));
            return new ProfileReview(spec, null, null, Ordered(findings));
        }

        findings.AddRange(VersionRules.Check(input, facts));
        var result = CiliumValues.Build(spec, context, facts);
        findings.AddRange(result.Findings);
        return new ProfileReview(spec, facts, result.Values, Ordered(findings));
    }

    private static List<Finding> Ordered(IEnumerable<Finding> findings) =>
        [.. findings.Distinct().OrderByDescending(f => f.Severity).ThenBy(f => f.Field, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal)];
}
