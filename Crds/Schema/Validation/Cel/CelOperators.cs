namespace NetProfile.Crds.Schema.Validation.Cel;

internal static class CelOperators
{
    public static object Unary(string symbol, object? operand) => (symbol, operand) switch
    {
        ("!", bool value) => !value,
        ("-", long value) => value == long.MinValue ? throw new CelException("integer overflow") : -value,
        ("-", double value) => -value,
        ("-", TimeSpan value) => -value,
        _ => throw NoOverload(symbol, operand),
    };

    public static object Binary(string symbol, object? left, object? right) => symbol switch
    {
        "==" => CelKeys.AreEqual(left, right),
        "!=" => !CelKeys.AreEqual(left, right),
        "<" => Ordered(symbol, left, right) < 0,
        "<=" => Ordered(symbol, left, right) <= 0,
        ">" => Ordered(symbol, left, right) > 0,
        ">=" => Ordered(symbol, left, right) >= 0,
        "in" => In(left, right),
        _ => Arithmetic(symbol, left, right),
    };

    /// <summary>Numbers of different types compare by value.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (ulong a, ulong b) => a.CompareTo(b),
        (long a, ulong b) => a < 0 ? -1 : ((ulong)a).CompareTo(b),
        (ulong a, long b) => b < 0 ? 1 : a.CompareTo((ulong)b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        _ when CelKeys.IsNumber(left) && CelKeys.IsNumber(right) => ToDouble(left).CompareTo(ToDouble(right)),
        _ => throw NoOverload("<", left, right),
    };

    public static double ToDouble(object value) => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);

    public static int Ordered(string symbol, object? left, object? right) =>
        left is not null && right is not null ? Compare(left, right) : throw NoOverload(symbol, left, right);

    private static bool In(object? item, object? container) => container switch
    {
        List<object?> list => list.Exists(each => CelKeys.AreEqual(each, item)),
        Dictionary<object, object?> map => item is not null && map.ContainsKey(item),
        _ => throw NoOverload("in", item, container),
    };

    private static object Arithmetic(string symbol, object? left, object? right)
    {
        try
        {
            return (symbol, left, right) switch
            {
                ("+", long a, long b) => checked(a + b),
                ("-", long a, long b) => checked(a - b),
                ("*", long a, long b) => checked(a * b),
                ("/", long, 0L) => throw new CelException("division by zero"),
                ("%", long, 0L) => throw new CelException("modulus by zero"),
                ("/", long a, long b) => checked(a / b),
                ("%", long a, long b) => b == -1 ? 0L : a % b,
                ("+", ulong a, ulong b) => checked(a + b),
                ("-", ulong a, ulong b) => checked(a - b),
                ("*", ulong a, ulong b) => checked(a * b),
                ("/", ulong, 0UL) => throw new CelException("division by zero"),
                ("%", ulong, 0UL) => throw new CelException("modulus by zero"),
                ("/", ulong a, ulong b) => a / b,
                ("%", ulong a, ulong b) => a % b,
                ("+", double a, double b) => a + b,
                ("-", double a, double b) => a - b,
                ("*", double a, double b) => a * b,
                ("/", double a, double b) => a / b,
                ("+", string a, string b) => a + b,
                ("+", byte[] a, byte[] b) => a.Concat(b).ToArray(),
                ("+", List<object?> a, List<object?> b) => a.Concat(b).ToList(),
                ("+", TimeSpan a, TimeSpan b) => a + b,
                ("-", TimeSpan a, TimeSpan b) => a - b,
                ("+", DateTimeOffset a, TimeSpan b) => a + b,
                ("+", TimeSpan a, DateTimeOffset b) => b + a,
                ("-", DateTimeOffset a, TimeSpan b) => a - b,
                ("-", DateTimeOffset a, DateTimeOffset b) => a - b,
                _ => throw NoOverload(symbol, left, right),
            };
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw new CelException("integer overflow");
        }
    }

    public static CelException NoOverload(string function, params object?[] arguments) =>
        new($"no such overload: {function}({string.Join(", ", arguments.Select(CelValues.NameOf))})");
}
