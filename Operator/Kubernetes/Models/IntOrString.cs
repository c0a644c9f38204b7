using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NetProfile.Kubernetes.Models;

/// <summary>intstr.IntOrString: a number, or text that is usually a percentage.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    private readonly string? _text;

    public IntOrString(int number) => _text = number.ToString(CultureInfo.InvariantCulture);

    private IntOrString(string text, bool isText)
    {
        _text = text;
        IsText = isText;
    }

    public bool IsText { get; }

    /// <summary>The number when it is one, also when it came as text ("3").</summary>
    public int? Number => int.TryParse(_text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static IntOrString FromText(string text) => new(text, isText: true);

    public static implicit operator IntOrString(int number) => new(number);

    public static IntOrString FromInt32(int number) => new(number);

    /// <summary>GetScaledValueFromIntOrPercent; null when the text is neither a number nor a percentage.</summary>
    public int? Of(int total, bool roundUp)
    {
        if (Number is { } number)
        {
            return number;
        }

        if (_text is null || !_text.EndsWith('%') || !int.TryParse(_text.AsSpan(0, _text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
        {
            return null;
        }

        var scaled = (long)total * percent;
        return (int)(roundUp ? (scaled + 99) / 100 : scaled / 100);
    }

    public override string ToString() => _text ?? "0";
}

public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new IntOrString(reader.TryGetInt32(out var number) ? number : (int)reader.GetDouble()),
        JsonTokenType.String => IntOrString.FromText(reader.GetString() ?? ""),
        _ => throw new JsonException($"neither a number nor text: {reader.TokenType}"),
    };

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (!value.IsText && value.Number is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
