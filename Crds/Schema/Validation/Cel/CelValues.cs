using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation.Cel;

/// <summary>A type as a value, as type(x) gives it.</summary>
internal sealed record CelType(string Name)
{
    public override string ToString() => Name;
}

/// <summary>An optional value; <see cref="HasValue"/> is false for none.</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static readonly CelOptional None = new(false, null);

    public static CelOptional Of(object? value) => new(true, value);
}

/// <summary>JSON as CEL values, and what CEL calls them.</summary>
public static class CelValues
{
    /// <param name="node">Any JSON.</param>
    /// <param name="schema">Tells numbers apart and makes times of strings; null for values without a schema.</param>
    public static object? From(JsonNode? node, SchemaNode? schema)
    {
        switch (node)
        {
            case null:
                return null;
            case JsonObject map:
                var result = new Dictionary<object, object?>(CelKeys.Comparer);
                foreach (var (key, value) in map)
                {
                    // A null of a field that can't be null counts as not there.
                    if (value is not null || schema is null)
                    {
                        result[key] = From(value, schema?.Properties.GetValueOrDefault(key) ?? schema?.AdditionalProperties);
                    }
                }

                return result;
            case JsonArray list:
                return list.Select(item => From(item, schema?.Items)).ToList();
            default:
                return Scalar(node, schema);
        }
    }

    internal static string NameOf(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        IDictionary => "map",
        IList => "list",
        DateTimeOffset => "google.protobuf.Timestamp",
        TimeSpan => "google.protobuf.Duration",
        CelType => "type",
        CelOptional => "optional_type",
        CelAddress => "net.IP",
        CelNetwork => "net.CIDR",
        _ => value.GetType().Name,
    };

    private static object? Scalar(JsonNode node, SchemaNode? schema)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.String:
                var text = node.GetValue<string>();
                return schema?.Format is "date-time" && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : text;
            default:
                var number = JsonKinds.Decimal(node);
                return schema?.Type != "number" && number is { } whole && decimal.Truncate(whole) == whole && whole is >= long.MinValue and <= long.MaxValue
                    ? (object)(long)whole
                    : double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>Equality over CEL values: numbers by value over all types, lists and maps by content.</summary>
internal sealed class CelKeys : IEqualityComparer<object>
{
    public static readonly CelKeys Comparer = new();

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (List<object?> a, List<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
        (Dictionary<object, object?> a, Dictionary<object, object?> b) =>
            a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && AreEqual(pair.Value, other)),
        (CelOptional a, CelOptional b) => a.HasValue == b.HasValue && AreEqual(a.Value, b.Value),
        _ when IsNumber(left) && IsNumber(right) => CelOperators.Compare(left, right) == 0,
        _ => left.Equals(right),
    };

    public static bool IsNumber(object? value) => value is long or ulong or double;

    bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x, y);

    int IEqualityComparer<object>.GetHashCode(object obj) => obj switch
    {
        long number => ((double)number).GetHashCode(),
        ulong number => ((double)number).GetHashCode(),
        _ => obj.GetHashCode(),
    };
}
