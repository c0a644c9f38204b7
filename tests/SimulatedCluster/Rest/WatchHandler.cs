using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>A watch: events from a resource version on, bookmarks, the initial list as a stream (WatchList), 410 as an event.</summary>
internal sealed class WatchHandler(ObjectStore store)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public async Task WatchAsync(HttpContext context, RequestInfo info)
    {
        var request = context.Request;
        var resource = info.Resource!;
        var fields = request.Query["fieldSelector"].ToString();
        if (info.Name.Length > 0)
        {
            fields = $"metadata.name={info.Name}";
        }

        var filter = new WatchFilter(info.Namespace, ObjectSelector.Parse(resource, request.Query["labelSelector"], fields));
        var stream = new WatchStream(context, resource, Representation.Of(request, resource, store.Time));
        using var subscription = Subscribe(request, resource);
        subscription.ForClient = true;
        using var timeout = new CancellationTokenSource(Timeout(request), store.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await stream.StartAsync();
        try
        {
            foreach (var stored in subscription.Initial.Where(stored => filter.Matches(stored.Value)))
            {
                await stream.EventAsync("ADDED", stored, null);
            }

            if (RequestInfo.Flag(request, "sendInitialEvents") && RequestInfo.Flag(request, "allowWatchBookmarks"))
            {
                await stream.BookmarkAsync(subscription.StartRevision, initialEventsEnd: true);
            }

            await stream.FlushAsync();
            await PumpAsync(subscription, filter, stream, RequestInfo.Flag(request, "allowWatchBookmarks"), ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The client left, or the time of the watch is over: the response just ends.
        }
        catch (ApiException error)
        {
            await stream.ErrorAsync(error.Status);
        }
    }

    private WatchSubscription Subscribe(HttpRequest request, ResourceDefinition resource)
    {
        var version = ReadHandlers.VersionOf(request);
        var initial = request.Query["sendInitialEvents"].ToString();
        if (initial.Length > 0 && request.Query["resourceVersionMatch"] != "NotOlderThan")
        {
            throw ApiException.InvalidOptions("ListOptions", FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }

        if (version > store.Revision)
        {
            throw ApiException.TooLargeResourceVersion(version.Value, store.Revision);
        }

        return version is null or 0 || RequestInfo.Flag(request, "sendInitialEvents") ? store.SubscribeWithState(resource) : store.SubscribeSince(resource, version.Value);
    }

    private async Task PumpAsync(WatchSubscription subscription, WatchFilter filter, WatchStream stream, bool bookmarks, CancellationToken cancellationToken)
    {
        var last = subscription.StartRevision;
        while (true)
        {
            using var tick = new CancellationTokenSource(BookmarkInterval, store.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellationToken);
            try
            {
                if (!await subscription.Changes.WaitToReadAsync(either.Token))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (tick.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // All changes up to this version are already in the channel: they go out before the bookmark does.
                var known = store.Revision;
                await DrainAsync();
                if (bookmarks)
                {
                    await stream.BookmarkAsync(Math.Max(last, known), initialEventsEnd: false);
                    await stream.FlushAsync();
                }

                continue;
            }

            await DrainAsync();
            await stream.FlushAsync();
        }

        async Task DrainAsync()
        {
            while (subscription.Changes.TryRead(out var change))
            {
                last = change.ResourceVersion;
                if (filter.Translate(change) is { } type)
                {
                    await stream.EventAsync(type, change.Object, type == "DELETED" && change.Type != ChangeType.Deleted ? change.Previous : null);
                }
            }
        }
    }

    private static TimeSpan Timeout(HttpRequest request) =>
        int.TryParse(request.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;
}

/// <summary>An object that starts or stops matching looks added or deleted to its watcher.</summary>
internal sealed record WatchFilter(string? Namespace, ObjectSelector Selector)
{
    public bool Matches(JsonObject value) => (Namespace is null || value.Namespace() == Namespace) && Selector.Matches(value);

    public string? Translate(Change change)
    {
        var now = change.Type != ChangeType.Deleted && Matches(change.Object.Value);
        var before = change.Previous is { } previous && Matches(previous.Value);
        return (before, now) switch { (false, true) => "ADDED", (true, true) => "MODIFIED", (true, false) => "DELETED", _ => null };
    }
}

/// <summary>Events on the wire, one JSON document a line.</summary>
internal sealed class WatchStream(HttpContext context, ResourceDefinition resource, Representation representation)
{
    private bool columnsSent;

    public Task StartAsync()
    {
        context.Response.ContentType = "application/json";
        return context.Response.StartAsync(context.RequestAborted);
    }

    public async Task EventAsync(string type, StoredObject stored, StoredObject? asOf)
    {
        if (asOf is not null)
        {
            // It left the selection: the watcher gets the last state it knew, with the version of the change.
            stored = StoredObject.Freeze((JsonObject)asOf.Value.DeepClone(), stored.ResourceVersion);
        }

        await WriteAsync(type, representation.One(stored, withColumns: !columnsSent));
        columnsSent = true;
    }

    public Task BookmarkAsync(long revision, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var bookmark = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion, ["metadata"] = metadata };
        if (representation.IsTable)
        {
            bookmark = new JsonObject
            {
                ["kind"] = "Table",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) },
                ["columnDefinitions"] = new JsonArray(),
                ["rows"] = new JsonArray(new JsonObject { ["cells"] = new JsonArray(), ["object"] = bookmark }),
            };
        }

        return WriteAsync("BOOKMARK", JsonText.ToUtf8(bookmark));
    }

    public async Task ErrorAsync(JsonObject status)
    {
        await WriteAsync("ERROR", JsonText.ToUtf8(status));
        await FlushAsync();
    }

    public Task FlushAsync() => context.Response.Body.FlushAsync(context.RequestAborted);

    private async Task WriteAsync(string type, ReadOnlyMemory<byte> value)
    {
        var body = context.Response.BodyWriter;
        body.Write(System.Text.Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
        body.Write(value.Span);
        body.Write("}\n"u8);
        await body.FlushAsync(context.RequestAborted);
    }
}
