using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetProfile.Commands.Validation;

namespace NetProfile.Commands;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ValidationReport))]
internal sealed partial class CommandsJsonContext : JsonSerializerContext
{
    /// <summary>For terminals and files: quotes stay readable, since nothing of it ends up in HTML.</summary>
    public static CommandsJsonContext Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
