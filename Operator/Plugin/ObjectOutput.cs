using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using NetProfile.Commands;
using NetProfile.Serialization;

namespace NetProfile.Plugin;

/// <summary>Objects for machines: <c>-o json</c> and <c>-o yaml</c>.</summary>
internal static class ObjectOutput
{
    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(),
    };

    public static string Text(JsonNode node, string format) => format == "yaml" ? YamlWriter.Write(node) : node.ToJsonString(s_readable) + "\n";

    public static Task WriteObjectAsync(this CommandEnvironment environment, JsonNode node, string format) => environment.Output.WriteAsync(Text(node, format));
}
