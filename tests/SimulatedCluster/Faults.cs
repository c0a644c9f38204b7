using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Rest;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster;

/// <summary>Which requests a fault hits; null matches all. <see cref="Resource"/> is written <c>daemonsets.apps</c> or <c>pods/status</c>.</summary>
public sealed record FaultTarget(string? Verb = null, string? Resource = null, string? User = null, string? UserAgent = null)
{
    internal bool Matches(HttpContext context, RequestInfo? info, UserInfo? user)
    {
        var name = info is null ? "" : $"{info.Plural}{(info.Group.Length > 0 ? $".{info.Group}" : "")}{(info.Subresource.Length > 0 ? $"/{info.Subresource}" : "")}";
        return (Verb is null || Verb == info?.Verb) && (Resource is null || Resource == name) && (User is null || User == user?.Name)
            && (UserAgent is null || context.Request.Headers.UserAgent.ToString().Contains(UserAgent, StringComparison.Ordinal));
    }
}

/// <summary>What a test can make go wrong. Faults hit HTTP requests only; actors use the store and are spared.</summary>
public sealed class Faults(ObjectStore store)
{
    private readonly ConcurrentDictionary<Guid, Fault> active = new();
    private readonly ConcurrentDictionary<string, ConnectionContext> connections = new();
    private volatile bool refusing;

    private sealed class Fault(FaultTarget target, int times, Func<HttpContext, RequestInfo?, Task> effect)
    {
        private int left = times;

        public FaultTarget Target => target;

        public Task RunAsync(HttpContext context, RequestInfo? info) => Interlocked.Decrement(ref left) >= 0 ? effect(context, info) : Task.CompletedTask;
    }

    /// <summary>The next <paramref name="times"/> matching requests fail with this status. Dispose to stop earlier.</summary>
    public IDisposable Fail(FaultTarget target, int code, string reason, string message, int times = int.MaxValue, int? retryAfterSeconds = null) =>
        Add(target, times, (_, _) => throw ApiException.Create(code, reason, message, retryAfterSeconds is { } seconds ? new JsonObject { ["retryAfterSeconds"] = seconds } : []));

    /// <summary>A 409, as when somebody else was faster.</summary>
    public IDisposable ConflictOnce(FaultTarget target) => Add(target, 1, (_, info) => throw ApiException.Modified(info!.Resource!, info.Name));

    public IDisposable TooManyRequests(FaultTarget target, int retryAfterSeconds = 1, int times = 1) =>
        Fail(target, 429, "TooManyRequests", "Too many requests, please try again later.", times, retryAfterSeconds);

    public IDisposable ServerError(FaultTarget target, int code = 503, int times = int.MaxValue) =>
        Fail(target, code, code == 503 ? "ServiceUnavailable" : "InternalError", "the server is currently unable to handle the request", times);

    /// <summary>Matching requests wait until <paramref name="release"/> completes; <paramref name="met"/> is called when one has come.</summary>
    public IDisposable Hold(FaultTarget target, Task release, int times = int.MaxValue, Action? met = null) =>
        Add(target, times, (context, _) =>
        {
            met?.Invoke();
            return release.WaitAsync(context.RequestAborted);
        });

    public IDisposable Delay(FaultTarget target, TimeSpan delay, int times = int.MaxValue) =>
        Add(target, times, (context, _) => Task.Delay(delay, store.Time, context.RequestAborted));

    /// <summary>Ends the watches that clients have open, as a restarting server does. <paramref name="resource"/> null: all.</summary>
    public void DropWatches(string? resource = null) => store.EndWatches(resource, null);

    /// <summary>Forgets the past and tells every open watch 410 Gone; a watch or list of an older version gets 410 too.</summary>
    public void ExpireWatches(string? resource = null)
    {
        store.Compact();
        store.EndWatches(resource, ApiException.Expired("The resourceVersion for the provided watch is too old."));
    }

    /// <summary>The API server is gone: connections are cut and new ones refused, until the result is disposed.</summary>
    public IDisposable Outage()
    {
        refusing = true;
        foreach (var connection in connections.Values)
        {
            connection.Abort();
        }

        return new Undo(() => refusing = false);
    }

    public void Clear()
    {
        active.Clear();
        refusing = false;
    }

    internal async Task ApplyAsync(HttpContext context, RequestInfo? info, UserInfo? user)
    {
        foreach (var fault in active.Values.Where(fault => fault.Target.Matches(context, info, user)))
        {
            await fault.RunAsync(context, info);
        }
    }

    internal async Task ConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (refusing)
        {
            connection.Abort();
            return;
        }

        connections[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            connections.TryRemove(connection.ConnectionId, out _);
        }
    }

    private Undo Add(FaultTarget target, int times, Func<HttpContext, RequestInfo?, Task> effect)
    {
        var id = Guid.NewGuid();
        active[id] = new Fault(target, times, effect);
        return new Undo(() => active.TryRemove(id, out _));
    }

    private sealed class Undo(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
