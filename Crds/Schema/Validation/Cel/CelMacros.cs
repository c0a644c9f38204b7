namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>Tells macros from calls.</summary>
internal static class CelMacros
{
    public static CelExpression Expand(CelExpression? target, string name, IReadOnlyList<CelExpression> arguments, string text)
    {
        switch (target, name, arguments.Count)
        {
            case (null, "has", 1):
                return arguments[0] is Select { Optional: false } select
                    ? new Has(select.Operand, select.Field)
                    : throw new FormatException($"has() takes a field selection in: {text}");
            case (not null, "all" or "exists" or "exists_one" or "existsOne" or "filter", 2):
                return new Macro(name == "existsOne" ? "exists_one" : name, target, Variable(arguments[0], text), null, arguments[1]);
            case (not null, "map", 2):
                return new Macro("map", target, Variable(arguments[0], text), null, arguments[1]);
            case (not null, "map", 3):
                return new Macro("map", target, Variable(arguments[0], text), arguments[1], arguments[2]);
            case (Identifier { Name: "cel" }, "bind", 3):
                return new Bind(Variable(arguments[0], text), arguments[1], arguments[2]);
            default:
                return new Call(target, name, arguments);
        }
    }

    private static string Variable(CelExpression expression, string text) =>
        expression is Identifier identifier ? identifier.Name : throw new FormatException($"a macro's first argument is a variable in: {text}");
}
