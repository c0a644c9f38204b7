using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Cilium;
using NetProfile.Cilium.Values;
using NetProfile.Commands.Input;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.Schema;

namespace NetProfile.Commands.Validation;

/// <summary>All that is wrong with one NetworkProfile; the other inputs may have the values that it refers to.</summary>
internal static partial class ProfileValidator
{
    public static IReadOnlyList<Problem> Validate(InputDocument document, IReadOnlyList<InputDocument> inputs) =>
        Review(document, inputs, ValuesContext.Empty).Problems;

    /// <summary>What an API server would refuse by the schema, and the spec without it; null when it can't be read. The schema's rules are the operator's own, too.</summary>
    public static (NetworkProfileSpec? Spec, IReadOnlyList<Problem> Problems) Read(InputDocument document)
    {
        var schema = SchemaReview.Check(document);
        var problems = new List<Problem>([.. Metadata(document, (JsonObject)document.Root!), .. schema.Problems]);
        var (spec, unreadable) = SpecReview.Read(document, schema.Sound["spec"]);
        return (spec, spec is null && problems.Count == 0 ? [unreadable!] : problems);
    }

    /// <summary>The Helm values are null when they can't be told; they aren't to be used when there is an error among the problems.</summary>
    public static (JsonObject? Values, IReadOnlyList<Problem> Problems) Review(InputDocument document, IReadOnlyList<InputDocument> inputs, ValuesContext context)
    {
        var schema = SchemaReview.Check(document);
        var problems = new List<Problem>([.. Metadata(document, (JsonObject)document.Root!), .. schema.Problems]);
        var (spec, unreadable) = SpecReview.Read(document, schema.Sound["spec"]);
        if (spec is null)
        {
            // The schema and the types are generated from one another; whatever gets here is said by the schema already.
            return (null, [.. problems, .. problems.Count == 0 ? [unreadable!] : Array.Empty<Problem>(), .. schema.Rules]);
        }

        if (context.ValuesFrom.Count == 0)
        {
            var (values, missing) = ValuesDocuments.Find(document, spec, inputs);
            problems.AddRange(missing);
            context = context with { ValuesFrom = values };
        }

        var allowed = ((document.Root!["metadata"] as JsonObject)?["annotations"] as JsonObject)?[NetworkProfileNames.AllowKnownBadVersionAnnotation]?.ToString();
        var review = SpecValidation.Review(spec, context with { AllowedKnownBadVersion = allowed });
        problems.AddRange(SpecReview.Problems(document, review.Findings).Where(finding => !Overlap(finding, schema.Problems)));
        problems.AddRange(schema.Rules.Where(rule => !Overlap(rule, problems)));
        return (review.Values, problems);
    }

    /// <summary>Whether an error about the same field, or about one in or around it, is there already.</summary>
    private static bool Overlap(Problem problem, IEnumerable<Problem> said) => said.Any(other =>
        other.Severity == ProblemSeverity.Error && (IsIn(problem.Field, other.Field) || IsIn(other.Field, problem.Field)));

    private static bool IsIn(string field, string outer) =>
        field.StartsWith(outer, StringComparison.Ordinal) && (field.Length == outer.Length || field[outer.Length] is '.' or '[' or ':');

    private static IEnumerable<Problem> Metadata(InputDocument document, JsonObject root)
    {
        var metadata = root["metadata"] as JsonObject;
        if (document.Name is not { } name)
        {
            if (metadata?["generateName"] is null)
            {
                yield return document.Error("metadata.name", null, "FieldValueRequired", "missing: give it a name, for instance cluster");
            }
        }
        else if (name.Length > 253 || !DnsSubdomain().IsMatch(name))
        {
            yield return document.Error("metadata.name", name, "FieldValueInvalid", "not a DNS name: use lower-case letters, digits, '-' and '.', with a letter or digit at both ends");
        }

        if (metadata?["namespace"] is { } inNamespace)
        {
            yield return document.Warning("metadata.namespace", inNamespace.ToString(), "FieldValueForbidden", "a NetworkProfile belongs to no namespace: remove this");
        }

        if ((metadata?["annotations"] as JsonObject)?[NetworkProfileNames.ActionAnnotation] is JsonValue action && !NetworkProfileActions.All.Contains(action.ToString()))
        {
            yield return document.Error($"metadata.annotations.{NetworkProfileNames.ActionAnnotation}", action.ToString(), "FieldValueNotSupported", $"no such action; there are {string.Join(", ", NetworkProfileActions.All)}");
        }
    }

    [GeneratedRegex(Patterns.DnsSubdomain)]
    private static partial Regex DnsSubdomain();
}
