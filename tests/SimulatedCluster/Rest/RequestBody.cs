using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Rest;

internal static class RequestBody
{
    private const long Limit = 3 * 1024 * 1024;

    public static string MediaType(HttpContext context) => (context.Request.ContentType ?? "application/json").Split(';')[0].Trim();

    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.Length > Limit
            ? throw ApiException.Create(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}")
            : buffer.ToArray();
    }

    /// <returns>null for an empty body.</returns>
    public static async Task<JsonNode?> ReadJsonAsync(HttpContext context)
    {
        var bytes = await ReadAsync(context);
        if (bytes.Length == 0)
        {
            return null;
        }

        var type = MediaType(context);
        if (type == "application/vnd.kubernetes.protobuf")
        {
            return Types.Protobuf.Decode(bytes);
        }

        if (type == "application/cbor")
        {
            throw ApiException.UnsupportedMediaType(type, "application/json", "application/yaml");
        }

        return Parse(bytes);
    }

    public static JsonNode? Parse(byte[] bytes)
    {
        try
        {
            var first = bytes.FirstOrDefault(value => !char.IsWhiteSpace((char)value));
            return first is (byte)'{' or (byte)'[' ? JsonText.Parse(bytes) : YamlText.Parse(System.Text.Encoding.UTF8.GetString(bytes));
        }
        catch (Exception error) when (error is JsonException or YamlDotNet.Core.YamlException or InvalidOperationException or ArgumentException)
        {
            throw ApiException.BadRequest($"error decoding the request body: {error.Message}");
        }
    }

    /// <summary>The body as an object of the resource that the URL names.</summary>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext context, RequestInfo info, string? kind = null)
    {
        var body = await ReadJsonAsync(context) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not an object");
        Check(body, info, info.Resource!, kind);
        return body;
    }

    public static void Check(JsonObject body, RequestInfo info, ResourceDefinition resource, string? kind = null)
    {
        var expectedKind = kind ?? resource.Kind;
        if (body.Str("kind") is { Length: > 0 } sent && sent != expectedKind)
        {
            throw ApiException.BadRequest($"{sent} in version \"{resource.Version}\" cannot be handled as a {expectedKind}: converting ({sent}) to ({expectedKind}): unknown conversion");
        }

        if (kind is null && body.Str("apiVersion") is { Length: > 0 } version && version != resource.ApiVersion)
        {
            throw ApiException.BadRequest($"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        }

        if (info.Name.Length > 0 && body.Name() is { Length: > 0 } name && name != info.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({info.Name})");
        }

        if (body.Namespace() is { } ns && resource.Namespaced && info.Namespace is not null && ns != info.Namespace)
        {
            throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }
}
