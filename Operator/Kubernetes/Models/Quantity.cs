using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.Kubernetes.Models;

/// <summary>resource.Quantity, kept as written ("500m", "16Gi"); the API server may send a bare number too.</summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string Text)
{
    /// <summary>null when the text is not a quantity or does not fit a decimal.</summary>
    public decimal? Value
    {
        get
        {
            var text = Text ?? "";
            var digits = text.AsSpan().TrimEnd("numkKMGTPEi");
            // 1e3 and 1E3 are exponents, 1E is 10^18: an E that was trimmed with nothing behind it is the suffix.
            return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Factor(text.AsSpan(digits.Length)) is { } factor
                ? Multiply(number, factor)
                : null;
        }
    }

    public override string ToString() => Text ?? "0";

    private static decimal? Multiply(decimal number, decimal factor)
    {
        try
        {
            return number * factor;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static decimal? Factor(ReadOnlySpan<char> suffix) => suffix switch
    {
        "n" => 0.000000001m,
        "u" => 0.000001m,
        "m" => 0.001m,
        "" => 1m,
        "k" => 1_000m,
        "M" => 1_000_000m,
        "G" => 1_000_000_000m,
        "T" => 1_000_000_000_000m,
        "P" => 1_000_000_000_000_000m,
        "E" => 1_000_000_000_000_000_000m,
        "Ki" => 1024m,
        "Mi" => 1024m * 1024,
        "Gi" => 1024m * 1024 * 1024,
        "Ti" => 1024m * 1024 * 1024 * 1024,
        "Pi" => 1024m * 1024 * 1024 * 1024 * 1024,
        "Ei" => 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
        _ => null,
    };
}

public sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new Quantity(reader.GetDecimal().ToString(CultureInfo.InvariantCulture)),
        JsonTokenType.String => new Quantity(reader.GetString() ?? ""),
        _ => throw new JsonException($"not a quantity: {reader.TokenType}"),
    };

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
