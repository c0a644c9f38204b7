using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Commands.Input;
using NetProfile.Crds;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Commands.Validation;

/// <summary>What Cilium makes of a spec: contradictions, what the version can't do, Helm values that it doesn't know.</summary>
internal static class SpecReview
{
    /// <summary>The spec as the operator reads it; null, with the reason, when it can't be read.</summary>
    public static (NetworkProfileSpec? Spec, Problem? Problem) Read(InputDocument document, JsonNode? spec)
    {
        try
        {
            return (spec.Deserialize(CrdsJsonContext.Default.NetworkProfileSpec) ?? new NetworkProfileSpec(), null);
        }
        catch (JsonException e)
        {
            var field = "spec" + e.Path?.TrimStart('$');
            return (null, document.Error(field, null, "FieldValueTypeInvalid", "has a value of the wrong type"));
        }
    }

    public static IEnumerable<Problem> Problems(InputDocument document, IEnumerable<Finding> findings) =>
        findings.Select(finding => Problem(document, finding));

    private static Problem Problem(InputDocument document, Finding finding)
    {
        var secret = finding.Field.StartsWith(ValuesDocuments.SecretSource, StringComparison.Ordinal);
        var problem = finding.Severity == FindingSeverity.Error
            ? document.Error(finding.Field, secret ? "" : finding.Value, finding.Reason, finding.Message)
            : document.Warning(finding.Field, secret ? "" : finding.Value, finding.Reason, finding.Message);

        // "spec.cilium.values: hubble.enabled" stands on the line of spec.cilium.values.hubble.enabled; other documents are elsewhere.
        var path = finding.Field.StartsWith("spec", StringComparison.Ordinal) ? finding.Field.Replace(": ", ".", StringComparison.Ordinal) : "spec.cilium.valuesFrom";
        return problem with { Line = document.LineOf(path) };
    }
}
