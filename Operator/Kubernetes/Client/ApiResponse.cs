using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.Kubernetes.Client;

/// <summary>An answer: its body when it was read, or the message whose stream is still to be read.</summary>
internal sealed record ApiResponse(int Code, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, HttpResponseMessage? Open)
{
    private const int MostOfABody = 300;

    public bool IsSuccess => Code is >= 200 and < 300;

    public KubernetesException ToException() => new(ReadStatus()) { RetryAfter = RetryAfter };

    private V1Status ReadStatus()
    {
        try
        {
            var status = JsonSerializer.Deserialize(Body.Span, ClientJsonContext.Default.V1Status);
            if (status is not null && (status.Message is not null || status.Reason is not null))
            {
                return status.Code == 0 ? status with { Code = Code } : status;
            }
        }
        catch (JsonException)
        {
            // Not the API server's own words: a proxy's page or plain text. The text below says so.
        }

        var text = System.Text.Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, MostOfABody)]).Trim();
        return new V1Status { Status = "Failure", Code = Code, Reason = Reason(Code), Message = text.Length == 0 ? $"the server answered {Code} {Reason(Code)}" : text };
    }

    private static string Reason(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        >= 500 => "InternalError",
        _ => "Unknown",
    };

    public static KubernetesException Unreachable(string message, Exception? inner) =>
        new(new V1Status { Status = "Failure", Code = 0, Reason = "ServiceUnavailable", Message = message }, inner);

    public static KubernetesException Unreadable(string what, Exception inner) =>
        new(new V1Status { Status = "Failure", Code = 200, Reason = "Unreadable", Message = $"the server's answer cannot be read as {what}: {inner.Message}" }, inner);

    public static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return body.IsEmpty ? null : JsonNode.Parse(body.Span);
        }
        catch (JsonException)
        {
            // Some endpoints (/healthz, /version of old proxies, logs) answer with plain text.
            return JsonValue.Create(System.Text.Encoding.UTF8.GetString(body.Span));
        }
    }
}
