using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Helm;

/// <summary>
/// A digest that two values documents share exactly when helm would see the same values: keys sorted, numbers as the doubles
/// that helm's YAML reader makes of them. Nulls count, since a null removes a chart's default.
/// </summary>
public static class ValuesDigest
{
    public static string Of(JsonNode? values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, values);
        }

        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))}";
    }

    private static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                var number = double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
                writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"\0{(number == 0 ? 0 : number):R}"));
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
