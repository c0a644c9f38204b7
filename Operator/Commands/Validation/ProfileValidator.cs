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
    public static IReadOnlyList<Problem> Validate(InputDocument document, IReadOnlyList<InputDocument> inputs)
    {
        var root = (JsonObject)document.Root!;
        return [.. Metadata(document, root), .. Spec(document, root, inputs)];
    }

    /// <summary>What the API server would refuse whatever Cilium makes of it.</summary>
    public static IReadOnlyList<Problem> Shape(InputDocument document) => [.. Metadata(document, (JsonObject)document.Root!)];

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

    private static IEnumerable<Problem> Spec(InputDocument document, JsonObject root, IReadOnlyList<InputDocument> inputs)
    {
        var (spec, unreadable) = SpecReview.Read(document, root["spec"]);
        if (spec is null)
        {
            return [unreadable!];
        }

        var (values, missing) = ValuesDocuments.Find(document, spec, inputs);
        var review = SpecValidation.Review(spec, new ValuesContext { ValuesFrom = values });
        return [.. missing, .. SpecReview.Problems(document, review.Findings)];
    }

    [GeneratedRegex(Patterns.DnsSubdomain)]
    private static partial Regex DnsSubdomain();
}
