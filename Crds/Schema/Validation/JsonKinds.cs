using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Crds.Schema.Validation;

/// <summary>JSON values under the names that the API server's messages use.</summary>
internal static class JsonKinds
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine() };

    /// <summary>null, boolean, integer, number, string, array or object.</summary>
    public static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.String => "string",
            _ => IsInteger(value) ? "integer" : "number",
        },
    };

    /// <summary>Go's type of a number, which messages about formats name.</summary>
    public static string GoTypeOf(JsonNode? value) => TypeOf(value) switch
    {
        "integer" => "int64",
        "number" => "float64",
        "boolean" => "",
        var type => type,
    };

    public static bool IsInteger(JsonNode value) => Decimal(value) is { } number && decimal.Truncate(number) == number;

    public static decimal? Decimal(JsonNode? value) =>
        value is JsonValue && value.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The value as a message shows it.</summary>
    public static string Show(JsonNode? value) => value?.ToJsonString(Relaxed) ?? "null";
}
