namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>
/// A parsed expression of the Common Expression Language, as far as Kubernetes uses it: all operators and macros, the
/// string, list, regex, network and optional libraries, timestamps and durations. Not type-checked: what a compiler would
/// refuse fails when it is evaluated. Values are CLR values: null, bool, long, ulong, double, string, byte[],
/// <see cref="List{T}"/> and <see cref="Dictionary{TKey,TValue}"/> of object, DateTimeOffset, TimeSpan.
/// </summary>
public sealed class CelProgram
{
    private readonly CelExpression _expression;
    private readonly IReadOnlySet<string> _identifiers;

    private CelProgram(CelExpression expression, IReadOnlySet<string> identifiers)
    {
        _expression = expression;
        _identifiers = identifiers;
    }

    /// <exception cref="FormatException">The text isn't an expression; the message says where.</exception>
    public static CelProgram Parse(string text)
    {
        var parser = new CelParser(CelLexer.Tokens(text), text);
        var expression = parser.Parse();
        return new CelProgram(expression, parser.Identifiers);
    }

    /// <summary>Whether the expression mentions a variable.</summary>
    public bool Uses(string variable) => _identifiers.Contains(variable);

    /// <exception cref="CelException">Evaluation failed: no such key, no such overload, division by zero.</exception>
    public object? Evaluate(IReadOnlyDictionary<string, object?> variables) =>
        CelEvaluator.Evaluate(_expression, new CelScope(null, variables));
}

/// <summary>An expression has no value.</summary>
public sealed class CelException(string message) : Exception(message);

/// <summary>Variables, the inner ones first.</summary>
internal sealed class CelScope(CelScope? outer, IReadOnlyDictionary<string, object?> variables)
{
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    public CelScope With(string name, object? value) => new(this, new Dictionary<string, object?> { [name] = value });

    private CelScope? Outer { get; } = outer;

    private IReadOnlyDictionary<string, object?> Variables { get; } = variables;
}
