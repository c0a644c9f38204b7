using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>One entry of x-kubernetes-validations.</summary>
public sealed record CelRule
{
    public required string Text { get; init; }

    public required CelProgram Program { get; init; }

    public string? Message { get; init; }

    public CelProgram? MessageExpression { get; init; }

    public string? Reason { get; init; }

    /// <summary>Relative to the field that has the rule, as <c>.a.b</c>.</summary>
    public string? FieldPath { get; init; }

    /// <summary>Evaluated on create too; oldSelf is an optional then.</summary>
    public bool OptionalOldSelf { get; init; }

    public bool IsTransition => Program.Uses("oldSelf");

    /// <exception cref="FormatException">The rule doesn't parse.</exception>
    public static CelRule Parse(JsonObject rule)
    {
        var text = rule["rule"]?.GetValue<string>() ?? throw new FormatException("a validation rule has no rule");
        return new CelRule
        {
            Text = text,
            Program = CelProgram.Parse(text),
            Message = rule["message"]?.GetValue<string>(),
            MessageExpression = rule["messageExpression"]?.GetValue<string>() is { } expression ? CelProgram.Parse(expression) : null,
            Reason = rule["reason"]?.GetValue<string>(),
            FieldPath = rule["fieldPath"]?.GetValue<string>(),
            OptionalOldSelf = rule["optionalOldSelf"]?.GetValue<bool>() ?? false,
        };
    }
}
