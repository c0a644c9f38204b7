namespace NetProfile.Crds.Schema.Validation.Cel;

internal abstract record CelExpression;

internal sealed record Literal(object? Value) : CelExpression;

internal sealed record Identifier(string Name) : CelExpression;

/// <summary><c>operand.field</c>, or <c>operand.?field</c>.</summary>
internal sealed record Select(CelExpression Operand, string Field, bool Optional) : CelExpression;

/// <summary><c>has(operand.field)</c>.</summary>
internal sealed record Has(CelExpression Operand, string Field) : CelExpression;

/// <summary><c>operand[index]</c>, or <c>operand[?index]</c>.</summary>
internal sealed record IndexOf(CelExpression Operand, CelExpression Index, bool Optional) : CelExpression;

internal sealed record Call(CelExpression? Target, string Function, IReadOnlyList<CelExpression> Arguments) : CelExpression;

/// <summary>all, exists, exists_one, map or filter over a list's items or a map's keys.</summary>
internal sealed record Macro(string Kind, CelExpression Range, string Variable, CelExpression? Filter, CelExpression Body) : CelExpression;

internal sealed record Bind(string Variable, CelExpression Value, CelExpression Body) : CelExpression;

internal sealed record ListLiteral(IReadOnlyList<CelExpression> Items) : CelExpression;

internal sealed record MapLiteral(IReadOnlyList<(CelExpression Key, CelExpression Value)> Entries) : CelExpression;

internal sealed record Unary(string Operator, CelExpression Operand) : CelExpression;

internal sealed record Binary(string Operator, CelExpression Left, CelExpression Right) : CelExpression;

internal sealed record Conditional(CelExpression Condition, CelExpression Then, CelExpression Else) : CelExpression;
