using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>Writing answers.</summary>
internal static class Reply
{
    public static Task JsonAsync(HttpContext context, JsonNode body, int code = 200) => BytesAsync(context, JsonText.ToUtf8(body), "application/json", code);

    public static Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType = "application/json", int code = 200)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task TextAsync(HttpContext context, string text, int code = 200) =>
        BytesAsync(context, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", code);

    public static Task ErrorAsync(HttpContext context, ApiException error)
    {
        if (error.Status.Long("details", "retryAfterSeconds") is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return JsonAsync(context, error.Status, error.Code);
    }

    public static JsonObject Success(JsonObject details) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = details,
    };

    /// <summary>RFC 7234 warnings, which kubectl and helm print.</summary>
    public static void Warn(HttpContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings.Distinct())
        {
            context.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }
    }
}
