using System.Collections.Frozen;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Walks an expression. "And" and "or" forgive an error on one side when the other side decides, as the specification says.</summary>
internal static class CelEvaluator
{
    private static readonly FrozenSet<string> TypeNames =
        new[] { "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type" }.ToFrozenSet(StringComparer.Ordinal);

    public static object? Evaluate(CelExpression expression, CelScope scope)
    {
        switch (expression)
        {
            case Literal literal:
                return literal.Value;
            case Identifier identifier:
                return Lookup(identifier.Name, scope);
            case Select select:
                return CelAccess.Select(Evaluate(select.Operand, scope), select.Field, select.Optional);
            case Has has:
                return CelAccess.Has(Evaluate(has.Operand, scope), has.Field);
            case IndexOf index:
                return CelAccess.Index(Evaluate(index.Operand, scope), Evaluate(index.Index, scope), index.Optional);
            case Conditional conditional:
                return Evaluate(Truth(Evaluate(conditional.Condition, scope)) ? conditional.Then : conditional.Else, scope);
            case Unary unary:
                return CelOperators.Unary(unary.Operator, Evaluate(unary.Operand, scope));
            case Binary { Operator: "&&" } and:
                return Logic(and, scope, decides: false);
            case Binary { Operator: "||" } or:
                return Logic(or, scope, decides: true);
            case Binary binary:
                return CelOperators.Binary(binary.Operator, Evaluate(binary.Left, scope), Evaluate(binary.Right, scope));
            case ListLiteral list:
                return list.Items.Select(item => Evaluate(item, scope)).ToList();
            case MapLiteral map:
                return map.Entries.ToDictionary(entry => Evaluate(entry.Key, scope) ?? throw new CelException("unsupported key type"), entry => Evaluate(entry.Value, scope), CelKeys.Comparer);
            case Bind bind:
                return Evaluate(bind.Body, scope.With(bind.Variable, Evaluate(bind.Value, scope)));
            case Macro macro:
                return CelComprehensions.Evaluate(macro, scope);
            case Call call:
                return Invoke(call, scope);
            default:
                throw new CelException($"no such expression: {expression.GetType().Name}");
        }
    }

    public static bool Truth(object? value) => value is bool truth ? truth : throw new CelException("no such overload: a condition that is no bool");

    private static object? Lookup(string name, CelScope scope) =>
        scope.TryGet(name, out var value) ? value
        : TypeNames.Contains(name) ? new CelType(name)
        : throw new CelException($"undeclared reference to '{name}'");

    private static bool Logic(Binary expression, CelScope scope, bool decides)
    {
        try
        {
            if (Truth(Evaluate(expression.Left, scope)) == decides)
            {
                return decides;
            }
        }
        catch (CelException) when (Decided(expression.Right, scope, decides))
        {
            return decides;
        }

        return Truth(Evaluate(expression.Right, scope));
    }

    private static bool Decided(CelExpression other, CelScope scope, bool decides)
    {
        try
        {
            return Truth(Evaluate(other, scope)) == decides;
        }
        catch (CelException)
        {
            // Both sides failed: the error of the left one is the result.
            return false;
        }
    }

    private static object? Invoke(Call call, CelScope scope)
    {
        var qualified = call.Target is Identifier { Name: var space } && !scope.TryGet(space, out _) ? $"{space}.{call.Function}" : null;
        if (qualified is not null && !TypeNames.Contains(((Identifier)call.Target!).Name))
        {
            return CelFunctions.Call(qualified, call.Arguments.Select(argument => Evaluate(argument, scope)).ToArray());
        }

        var arguments = new List<object?>();
        if (call.Target is not null)
        {
            arguments.Add(Evaluate(call.Target, scope));
        }

        arguments.AddRange(call.Arguments.Select(argument => Evaluate(argument, scope)));
        return CelFunctions.Call(call.Function, arguments.ToArray());
    }
}
