using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>All functions by name; a method's receiver is its first argument.</summary>
internal static class CelFunctions
{
    private delegate object? Function(object?[] arguments);

    private static readonly FrozenDictionary<string, Function> Core = new Dictionary<string, Function>
    {
        ["size"] = a => a[0] switch
        {
            string text => (long)text.EnumerateRunes().Count(),
            byte[] bytes => (long)bytes.Length,
            List<object?> list => (long)list.Count,
            Dictionary<object, object?> map => (long)map.Count,
            _ => null,
        },
        ["dyn"] = a => a[0],
        ["type"] = a => new CelType(CelValues.NameOf(a[0])),
        ["int"] = a => a[0] switch
        {
            long => a[0],
            ulong number => number <= long.MaxValue ? (long)number : throw new CelException("integer overflow"),
            double number => number is >= long.MinValue and < 9.2233720368547758E18 ? (long)number : throw new CelException("integer overflow"),
            string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new CelException($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
            DateTimeOffset time => time.ToUnixTimeSeconds(),
            _ => null,
        },
        ["uint"] = a => a[0] switch
        {
            ulong => a[0],
            long number => number >= 0 ? (ulong)number : throw new CelException("unsigned integer overflow"),
            double number => number is >= 0 and < 1.8446744073709552E19 ? (ulong)number : throw new CelException("unsigned integer overflow"),
            string text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new CelException($"strconv.ParseUint: parsing \"{text}\": invalid syntax"),
            _ => null,
        },
        ["double"] = a => a[0] switch
        {
            long or ulong or double => CelOperators.ToDouble(a[0]!),
            string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new CelException($"strconv.ParseFloat: parsing \"{text}\": invalid syntax"),
            _ => null,
        },
        ["bool"] = a => a[0] switch
        {
            bool => a[0],
            "true" or "True" or "TRUE" or "t" or "1" => true,
            "false" or "False" or "FALSE" or "f" or "0" => false,
            _ => null,
        },
        ["string"] = a => a[0] switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            long or ulong or double => Convert.ToString(a[0], CultureInfo.InvariantCulture),
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            TimeSpan span => $"{span.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s",
            CelAddress address => address.ToString(),
            CelNetwork network => network.ToString(),
            _ => null,
        },
        ["bytes"] = a => a[0] is string text ? Encoding.UTF8.GetBytes(text) : a[0] as byte[],
        ["optional.of"] = a => CelOptional.Of(a[0]),
        ["optional.none"] = _ => CelOptional.None,
        ["optional.ofNonZeroValue"] = a => a[0] is null or false or 0L or 0UL or 0.0 or "" or List<object?> { Count: 0 } or Dictionary<object, object?> { Count: 0 } ? CelOptional.None : CelOptional.Of(a[0]),
        ["hasValue"] = a => a[0] is CelOptional optional ? optional.HasValue : null,
        ["value"] = a => a[0] is CelOptional { HasValue: true } optional ? optional.Value : throw new CelException("optional.none() dereference"),
        ["orValue"] = a => a[0] is CelOptional optional ? (optional.HasValue ? optional.Value : a[1]) : null,
        ["or"] = a => a[0] is CelOptional optional ? (optional.HasValue ? optional : a[1]) : null,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static object? Call(string name, object?[] arguments)
    {
        var arity = name switch
        {
            "orValue" or "or" => 2,
            "optional.none" => 0,
            _ => 1,
        };
        if (Core.TryGetValue(name, out var function) && arguments.Length == arity)
        {
            // null as a result is possible only for functions that hand a value through.
            return function(arguments) ?? (name is "dyn" or "value" or "orValue" ? null : throw CelOperators.NoOverload(name, arguments));
        }

        return CelStrings.Call(name, arguments) ?? CelLists.Call(name, arguments) ?? CelTimes.Call(name, arguments) ?? CelNetworks.Call(name, arguments)
            ?? throw CelOperators.NoOverload(name, arguments);
    }
}
