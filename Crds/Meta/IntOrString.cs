using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.Crds.Meta;

/// <summary>intstr.IntOrString: a count ("3" or 3) or a share ("10%").</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString(string Value)
{
    public static implicit operator IntOrString(int value) => FromInt32(value);

    public static implicit operator IntOrString(string value) => new(value);

    public static IntOrString FromInt32(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The count that this means out of <paramref name="total"/>, as the API machinery scales it; a value that is neither reads as 0.</summary>
    public int Scale(int total, bool roundUp)
    {
        var value = Value ?? "";
        if (!value.EndsWith('%'))
        {
            return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) ? count : 0;
        }

        if (!int.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var percent))
        {
            return 0;
        }

        var product = (long)percent * total;
        return (int)(roundUp ? (product + 99) / 100 : product / 100);
    }

    public override string ToString() => Value ?? "";
}

public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Number => IntOrString.FromInt32(reader.GetInt32()),
            JsonTokenType.String => new IntOrString(reader.GetString() ?? ""),
            _ => throw new JsonException("neither a number nor a string"),
        };

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.Value);
        }
    }
}
