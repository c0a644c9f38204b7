using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.Commands.Input;
using NetProfile.Crds;
using NetProfile.Crds.Schema.Validation;
using NetProfile.Serialization;

namespace NetProfile.Commands.Validation;

/// <summary>What the API server would say of a NetworkProfile on its creation, by the very CRD that the operator brings along.</summary>
internal static partial class SchemaReview
{
    private static readonly JsonObject s_openApi =
        YamlReader.ReadObject(CrdManifests.NetworkProfiles.Yaml)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    private static readonly CrdSchema s_schema = CrdSchema.Parse(s_openApi);

    /// <param name="Sound">The object with its defaults and without the fields that are wrong, so that the rest can be looked into.</param>
    /// <param name="Problems">Unknown fields, types, enums, patterns, bounds.</param>
    /// <param name="Rules">What the CRD's CEL rules refuse. The operator's own rules say the same, often more exactly.</param>
    internal sealed record Result(JsonObject Sound, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Rules);

    public static Result Check(InputDocument document)
    {
        var sound = document.Root!.DeepClone().AsObject();
        var problems = s_schema.Prune(sound).Select(path => Unknown(document, path)).ToList();
        s_schema.Default(sound);
        var rules = new List<Problem>();
        foreach (var error in s_schema.Validate(sound, old: null).Where(error => error.Field != "<nil>"))
        {
            if (Rule().Match(error.Message) is { Success: true } rule)
            {
                var (field, rest) = (rule.Groups["field"].Value, rule.Groups["rest"].Value);
                rules.Add(document.Error(field, null, error.Reason, rest.StartsWith("and ", StringComparison.Ordinal) ? $"{field} {rest}" : rest));
                continue;
            }

            // A CIDR that doesn't match its pattern isn't of format cidr either: once is enough.
            if (problems.Exists(p => p.Field == error.Field && error.Reason == FieldErrorReason.TypeInvalid))
            {
                continue;
            }

            var value = JsonFields.At(document.Root, error.Field);
            problems.Add(document.Error(error.Field, JsonFields.Show(value), error.Reason, SchemaMessage.Of(error, value)));
        }

        foreach (var problem in problems)
        {
            JsonFields.Remove(sound, problem.Field);
        }

        return new Result(sound, problems, rules);
    }

    private static Problem Unknown(InputDocument document, string path)
    {
        var cut = path.LastIndexOf('.');
        var siblings = Properties(cut < 0 ? "" : path[..cut]);
        return document.Error(path, null, "FieldUnknown", $"there is no such field{Suggestion.For(path[(cut + 1)..], siblings)}");
    }

    private static IEnumerable<string> Properties(string path)
    {
        JsonNode? node = s_openApi;
        foreach (var key in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node?["properties"] as JsonObject)?[key.Split('[')[0]];
            node = key.EndsWith(']') ? node?["items"] : node;
        }

        return (node?["properties"] as JsonObject)?.Select(p => p.Key) ?? [];
    }

    /// <summary>All messages of this project's rules begin with the field that they are about.</summary>
    [GeneratedRegex(@"^Invalid value: (\S+: )?(?<field>spec(\.[A-Za-z0-9]+)+):? (?!in body )(?<rest>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Rule();
}
