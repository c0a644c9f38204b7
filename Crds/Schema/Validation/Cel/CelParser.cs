namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Recursive descent over the grammar of the CEL specification; macros become nodes of their own.</summary>
internal sealed class CelParser(IReadOnlyList<CelToken> tokens, string text)
{
    private const int MaxDepth = 200;

    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly HashSet<string> _identifiers = new(StringComparer.Ordinal);
    private int _next;
    private int _depth;

    public IReadOnlySet<string> Identifiers => _identifiers;

    public CelExpression Parse()
    {
        var expression = Expression();
        return Current.Kind == CelTokenKind.End ? expression : throw Unexpected();
    }

    private CelToken Current => tokens[_next];

    private CelExpression Expression()
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"nested more than {MaxDepth} deep: {text}");
        }

        var condition = BinaryLevel(0);
        if (TryTake("?"))
        {
            var then = BinaryLevel(0);
            Take(":");
            condition = new Conditional(condition, then, Expression());
        }

        _depth--;
        return condition;
    }

    private CelExpression BinaryLevel(int level)
    {
        if (level == Levels.Length)
        {
            return UnaryLevel();
        }

        var left = BinaryLevel(level + 1);
        while (Current.Kind == CelTokenKind.Operator && Levels[level].Contains(Current.Text))
        {
            var symbol = tokens[_next++].Text;
            left = new Binary(symbol, left, BinaryLevel(level + 1));
        }

        return left;
    }

    private CelExpression UnaryLevel()
    {
        if (TryTake("!"))
        {
            return new Unary("!", UnaryLevel());
        }

        if (!TryTake("-"))
        {
            return Member();
        }

        return UnaryLevel() switch
        {
            Literal { Value: long number } => new Literal(unchecked(-number)),
            Literal { Value: double number } => new Literal(-number),
            var operand => new Unary("-", operand),
        };
    }

    private CelExpression Member()
    {
        var operand = Primary();
        while (true)
        {
            if (TryTake("."))
            {
                var optional = TryTake("?");
                var name = Name();
                operand = !optional && TryTake("(") ? CelMacros.Expand(operand, name, Arguments(")"), text) : new Select(operand, Unescape(name), optional);
            }
            else if (TryTake("["))
            {
                var optional = TryTake("?");
                var index = Expression();
                Take("]");
                operand = new IndexOf(operand, index, optional);
            }
            else
            {
                return operand;
            }
        }
    }

    private CelExpression Primary()
    {
        var token = Current;
        if (token.Kind == CelTokenKind.Literal)
        {
            _next++;
            return new Literal(token.Value);
        }

        TryTake(".");
        if (Current.Kind == CelTokenKind.Identifier)
        {
            var name = Name();
            if (TryTake("("))
            {
                return CelMacros.Expand(null, name, Arguments(")"), text);
            }

            _identifiers.Add(name);
            return new Identifier(name);
        }

        if (TryTake("("))
        {
            var inner = Expression();
            Take(")");
            return inner;
        }

        if (TryTake("["))
        {
            return new ListLiteral(Arguments("]"));
        }

        return TryTake("{") ? Map() : throw Unexpected();
    }

    private MapLiteral Map()
    {
        var entries = new List<(CelExpression, CelExpression)>();
        while (!TryTake("}"))
        {
            var key = Expression();
            Take(":");
            entries.Add((key, Expression()));
            if (!TryTake(","))
            {
                Take("}");
                break;
            }
        }

        return new MapLiteral(entries);
    }

    private List<CelExpression> Arguments(string end)
    {
        var arguments = new List<CelExpression>();
        while (!TryTake(end))
        {
            arguments.Add(Expression());
            if (!TryTake(","))
            {
                Take(end);
                break;
            }
        }

        return arguments;
    }

    private string Name() => Current.Kind == CelTokenKind.Identifier || Current is { Kind: CelTokenKind.Operator, Text: "in" } ? tokens[_next++].Text : throw Unexpected();

    /// <summary>Property names that are CEL's own words or hold other characters are written escaped.</summary>
    private static string Unescape(string name)
    {
        var reserved = name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && name.Length > 4 ? name[2..^2] : name;
        return reserved
            .Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__dash__", "-", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal)
            .Replace("__underscores__", "__", StringComparison.Ordinal);
    }

    private bool TryTake(string symbol)
    {
        if (Current.Kind != CelTokenKind.Operator || Current.Text != symbol)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Take(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw new FormatException($"expected '{symbol}' and found '{Current.Text}' at {Current.Position} in: {text}");
        }
    }

    private FormatException Unexpected() => new($"unexpected '{Current.Text}' at {Current.Position} in: {text}");
}
