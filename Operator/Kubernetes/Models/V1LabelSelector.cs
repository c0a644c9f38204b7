namespace NetProfile.Kubernetes.Models;

public sealed record V1LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    public IReadOnlyList<V1LabelSelectorRequirement>? MatchExpressions { get; init; }

    /// <summary>An empty selector matches everything, as in the API.</summary>
    public bool Matches(IReadOnlyDictionary<string, string>? labels) =>
        (MatchLabels is null || MatchLabels.All(pair => labels is not null && labels.TryGetValue(pair.Key, out var value) && value == pair.Value))
        && (MatchExpressions is null || MatchExpressions.All(expression => expression.Matches(labels)));

    /// <summary>The same selector as a query parameter.</summary>
    public string ToQuery() => string.Join(',',
        (MatchLabels ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}")
        .Concat((MatchExpressions ?? []).Select(expression => expression.ToQuery()))
        .Order(StringComparer.Ordinal));
}

/// <summary><see cref="Operator"/> is In, NotIn, Exists or DoesNotExist.</summary>
public sealed record V1LabelSelectorRequirement
{
    public string? Key { get; init; }

    public string? Operator { get; init; }

    public IReadOnlyList<string>? Values { get; init; }

    internal bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        string? value = null;
        var present = Key is not null && labels is not null && labels.TryGetValue(Key, out value);
        return Operator switch
        {
            "In" => present && (Values ?? []).Contains(value, StringComparer.Ordinal),
            "NotIn" => !present || !(Values ?? []).Contains(value, StringComparer.Ordinal),
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }

    internal string ToQuery() => Operator switch
    {
        "In" => $"{Key} in ({string.Join(',', Values ?? [])})",
        "NotIn" => $"{Key} notin ({string.Join(',', Values ?? [])})",
        "DoesNotExist" => $"!{Key}",
        _ => Key ?? "",
    };
}
