using System.Text.RegularExpressions;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>The metrics that an expression asks for, each with its matchers, and the labels that it groups and joins by. Enough of PromQL for what this project writes.</summary>
internal sealed partial record PromQl(IReadOnlyList<Selector> Selectors, IReadOnlySet<string> GroupingLabels)
{
    private static readonly string[] s_operators = ["and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left", "group_right", "inf", "nan"];

    public static PromQl Parse(string expression)
    {
        var grouping = Grouping().Matches(expression)
            .SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var rest = Range().Replace(Grouping().Replace(expression, " "), " ");
        var selectors = Metric().Matches(rest)
            .Where(m => !s_operators.Contains(m.Groups["name"].Value))
            .Select(m => new Selector(
                m.Groups["name"].Value,
                [.. Matcher().Matches(m.Groups["matchers"].Value).Select(x => new LabelMatcher(x.Groups["label"].Value, x.Groups["operator"].Value, x.Groups["value"].Value))]))
            .ToList();
        return new PromQl(selectors, grouping);
    }

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    // A name that is no function's, that is, no parenthesis follows; strings in matchers are part of the match.
    [GeneratedRegex("""(?<![\w:"$.])(?<name>[a-zA-Z_:][\w:]*)\b(?!\s*\()(\{(?<matchers>([^"}]|"[^"]*")*)\})?""")]
    private static partial Regex Metric();

    [GeneratedRegex("""(?<label>\w+)\s*(?<operator>=~|!~|!=|=)\s*"(?<value>[^"]*)"\s*(,|$)""")]
    private static partial Regex Matcher();
}

internal sealed record Selector(string Metric, IReadOnlyList<LabelMatcher> Matchers);

internal sealed record LabelMatcher(string Label, string Operator, string Value)
{
    /// <summary>What is asked for by name: the value itself, or each alternative of a pattern that is nothing but alternatives.</summary>
    public IEnumerable<string> Named => Operator switch
    {
        "=" => [Value],
        "=~" when Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '|' or '_') => Value.Split('|'),
        _ => [],
    };
}
