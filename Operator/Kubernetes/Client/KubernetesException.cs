using System.Text.Json.Nodes;

namespace NetProfile.Kubernetes.Client;

/// <summary>metav1.Status: what the API server says of a failed request. Code 0 is a request that no server answered.</summary>
public sealed record V1Status
{
    public string? Status { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int Code { get; init; }

    /// <summary>Field errors, retryAfterSeconds, conflicting managers; kept as it came.</summary>
    public JsonObject? Details { get; init; }
}

public sealed class KubernetesException(V1Status status, Exception? inner = null)
    : Exception(status.Message ?? status.Reason ?? $"HTTP {status.Code}", inner)
{
    public V1Status Status { get; } = status;

    /// <summary>When the server wants to be asked again, if it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsNotFound => Status.Code == 404;

    public bool IsConflict => Status.Code == 409;

    public bool IsAlreadyExists => Status is { Code: 409, Reason: "AlreadyExists" };

    public bool IsGone => Status.Code == 410 || Status.Reason is "Expired" or "Gone";

    public bool IsForbidden => Status.Code == 403;

    public bool IsTooManyRequests => Status.Code == 429;

    public bool IsInvalid => Status.Code == 422;

    /// <summary>No answer at all, or a server that says it cannot serve now.</summary>
    public bool IsUnreachable => Status.Code is 0 or 502 or 503 or 504;
}
