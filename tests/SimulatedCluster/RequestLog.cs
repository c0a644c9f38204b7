using System.Collections.Concurrent;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Rest;

namespace NetProfile.SimulatedCluster;

/// <summary>One HTTP request that the server got. <see cref="Code"/> is 0 while it is being served.</summary>
public sealed record RequestEntry
{
    public required DateTimeOffset Time { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string Query { get; init; }

    /// <summary>The API verb (get, list, watch, create, update, patch, delete …); empty for discovery.</summary>
    public required string Verb { get; init; }

    /// <summary><c>pods</c>, <c>daemonsets.apps/status</c>; empty for discovery.</summary>
    public required string Resource { get; init; }

    public required string User { get; init; }

    public required string UserAgent { get; init; }

    public int Code { get; internal set; }

    public long Bytes { get; internal set; }

    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" or "deletecollection" && !Resource.Contains("reviews.", StringComparison.Ordinal);

    public override string ToString() => $"{Time:HH:mm:ss.fff} {User} {Method} {Path}{Query} {Code}";
}

/// <summary>Every request, to assert on ("no writes in five minutes").</summary>
public sealed class RequestLog(TimeProvider time)
{
    private readonly ConcurrentQueue<RequestEntry> entries = new();
    private int inFlight;
    private int ended;

    /// <summary>Requests that are being served, without watches.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>How many were, without watches: two equal numbers mean that nobody has got an answer in between.</summary>
    public int Ended => Volatile.Read(ref ended);

    public IReadOnlyList<RequestEntry> All => [.. entries];

    public IEnumerable<RequestEntry> Writes => entries.Where(entry => entry.IsWrite);

    public void Clear() => entries.Clear();

    internal RequestEntry Begin(HttpContext context, RequestInfo? info, UserInfo? user)
    {
        var group = info is { Group.Length: > 0 } ? $".{info.Group}" : "";
        var subresource = info is { Subresource.Length: > 0 } ? $"/{info.Subresource}" : "";
        var entry = new RequestEntry
        {
            Time = time.GetUtcNow(),
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            Query = context.Request.QueryString.Value ?? "",
            Verb = info?.Verb ?? "",
            Resource = info is null ? "" : $"{info.Plural}{group}{subresource}",
            User = user?.Name ?? "",
            UserAgent = context.Request.Headers.UserAgent.ToString(),
        };
        entries.Enqueue(entry);
        if (entry.Verb != "watch")
        {
            Interlocked.Increment(ref inFlight);
        }

        return entry;
    }

    internal void End(RequestEntry entry, int code, long? bytes)
    {
        if (entry.Verb != "watch")
        {
            Interlocked.Increment(ref ended);
            Interlocked.Decrement(ref inFlight);
        }

        entry.Code = code;
        entry.Bytes = bytes ?? 0;
    }
}
