using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>get and list, with paging and the resourceVersion rules.</summary>
internal sealed class ReadHandlers(ObjectStore store)
{
    public Task GetAsync(HttpContext context, RequestInfo info)
    {
        var resource = info.Resource!;
        if (VersionOf(context.Request) is { } version && version > store.Revision)
        {
            throw ApiException.TooLargeResourceVersion(version, store.Revision);
        }

        var found = store.Find(resource, info.Namespace, info.Name) ?? throw ApiException.NotFound(resource, info.Name);
        return Reply.BytesAsync(context, Representation.Of(context.Request, resource, store.Time).One(found));
    }

    public Task ListAsync(HttpContext context, RequestInfo info)
    {
        var query = context.Request.Query;
        var resource = info.Resource!;
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var (objects, revision, after) = State(context, info);
        var selector = ObjectSelector.Parse(resource, query["labelSelector"], query["fieldSelector"]);
        var items = new List<StoredObject>();
        string? next = null;
        var matching = objects.Where(pair => info.Namespace is null || pair.Key.Namespace == info.Namespace)
            .Where(pair => after is null || pair.Key.CompareTo(after.Value) > 0);
        foreach (var (key, stored) in matching)
        {
            if (!selector.Matches(stored.Value))
            {
                continue;
            }

            if (limit > 0 && items.Count == limit)
            {
                next = ContinueToken.Write(revision, items[^1].Key);
                break;
            }

            items.Add(stored);
        }

        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
            if (selector.IsEmpty)
            {
                metadata["remainingItemCount"] = matching.Count() - items.Count;
            }
        }

        return Reply.BytesAsync(context, Representation.Of(context.Request, resource, store.Time).Many(items, metadata));
    }

    public static long? VersionOf(HttpRequest request)
    {
        var text = request.Query["resourceVersion"].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
            : throw ApiException.BadRequest($"invalid resource version: resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    /// <summary>Which past state the query asks for, and after which key to go on.</summary>
    private (ImmutableSortedDictionary<ObjectKey, StoredObject> Objects, long Revision, ObjectKey? After) State(HttpContext context, RequestInfo info)
    {
        var query = context.Request.Query;
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            if (VersionOf(context.Request) is > 0)
            {
                throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
            }

            var (at, after) = ContinueToken.Read(token);
            try
            {
                return (store.SnapshotAt(info.Resource!, at), at, after);
            }
            catch (ApiException error) when (error.Code == 410)
            {
                throw ContinueToken.Expired(store.Revision, after);
            }
        }

        var version = VersionOf(context.Request);
        var match = query["resourceVersionMatch"].ToString();
        var (objects, revision) = store.Snapshot(info.Resource!);
        if (match.Length > 0 && version is null)
        {
            throw ApiException.InvalidOptions("ListOptions", FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }

        if (version > revision)
        {
            throw ApiException.TooLargeResourceVersion(version.Value, revision);
        }

        return match == "Exact" && version is { } exact ? (store.SnapshotAt(info.Resource!, exact), exact, null) : (objects, revision, null);
    }
}

/// <summary>Where a paged list goes on: opaque to clients.</summary>
internal static class ContinueToken
{
    public static string Write(long revision, ObjectKey last) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonText.ToText(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = revision, ["ns"] = last.Namespace, ["start"] = last.Name }))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static (long Revision, ObjectKey Last) Read(string token)
    {
        try
        {
            var text = token.Replace('-', '+').Replace('_', '/');
            var json = JsonText.ParseObject(Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))));
            return (json.Long("rv") ?? 0, new ObjectKey(json.Str("ns") ?? "", json.Str("start") ?? ""));
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException)
        {
            throw ApiException.BadRequest($"invalid continue token: continue key is not valid: {error.Message}");
        }
    }

    /// <summary>The refusal carries a token with which the client may go on inconsistently.</summary>
    public static ApiException Expired(long revision, ObjectKey last)
    {
        var error = ApiException.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.");
        error.Status["metadata"] = new JsonObject { ["continue"] = Write(revision, last) };
        return error;
    }
}
