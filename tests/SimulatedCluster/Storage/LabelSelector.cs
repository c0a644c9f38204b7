using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Storage;

/// <summary>Label selectors, in the query form (<c>a=b,c in (d,e),!f</c>) and in the object form (matchLabels, matchExpressions).</summary>
public sealed partial class LabelSelector
{
    private readonly List<(string Key, string Operator, string[] Values)> requirements = [];

    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        foreach (var part in Terms(text))
        {
            var match = Requirement().Match(part);
            if (!match.Success)
            {
                throw ApiException.BadRequest($"unable to parse requirement: found '{part}', expected: identifier");
            }

            selector.requirements.Add(Read(match));
        }

        return selector;
    }

    /// <summary>metav1.LabelSelector; null selects nothing and an empty one everything.</summary>
    public static LabelSelector? From(JsonObject? selector)
    {
        if (selector is null)
        {
            return null;
        }

        var result = new LabelSelector();
        foreach (var (key, value) in selector.Obj("matchLabels") ?? [])
        {
            result.requirements.Add((key, "in", [value.AsString() ?? ""]));
        }

        foreach (var expression in selector.Arr("matchExpressions").Objects())
        {
            result.requirements.Add((expression.Str("key") ?? "", (expression.Str("operator") ?? "").ToLowerInvariant(), [.. expression.Arr("values").Strings()]));
        }

        return result;
    }

    /// <summary>A plain map, as spec.selector of a Service is.</summary>
    public static LabelSelector FromMap(JsonObject map) => From(new JsonObject { ["matchLabels"] = map.DeepClone() })!;

    public bool Matches(JsonObject? labels) => requirements.TrueForAll(requirement =>
    {
        var value = labels.Str(requirement.Key);
        return requirement.Operator switch
        {
            "exists" => value is not null,
            "doesnotexist" => value is null,
            "in" => value is not null && requirement.Values.Contains(value),
            "notin" => value is null || !requirement.Values.Contains(value),
            _ => false,
        };
    });

    private static (string, string, string[]) Read(Match match)
    {
        var key = match.Groups["key"].Value;
        if (match.Groups["not"].Success)
        {
            return (key, "doesnotexist", []);
        }

        if (match.Groups["set"].Success)
        {
            return (key, match.Groups["set"].Value, [.. match.Groups["values"].Value.Split(',').Select(value => value.Trim())]);
        }

        return match.Groups["op"].Success
            ? (key, match.Groups["op"].Value == "!=" ? "notin" : "in", [match.Groups["value"].Value])
            : (key, "exists", []);
    }

    // Commas inside parentheses do not separate.
    private static IEnumerable<string> Terms(string text)
    {
        var depth = 0;
        var start = 0;
        for (var index = 0; index <= text.Length; index++)
        {
            if (index == text.Length || (text[index] == ',' && depth == 0))
            {
                yield return text[start..index].Trim();
                start = index + 1;
                continue;
            }

            depth += text[index] switch { '(' => 1, ')' => -1, _ => 0 };
        }
    }

    [GeneratedRegex(@"^(?<not>!)?\s*(?<key>[A-Za-z0-9][A-Za-z0-9_./-]*)\s*(?:(?<op>==|=|!=)\s*(?<value>[A-Za-z0-9_.-]*)|\s(?<set>in|notin)\s*\((?<values>[^()]*)\))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Requirement();
}
