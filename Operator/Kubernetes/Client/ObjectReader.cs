using System.Text.Json;
using NetProfile.Crds.Meta;

namespace NetProfile.Kubernetes.Client;

/// <summary>Reads lists and watch lines object by object, so that one that cannot be read spoils nothing but itself.</summary>
internal static class ObjectReader
{
    public static KubernetesList<T> ReadList<T>(ReadOnlyMemory<byte> body)
        where T : class, IKubernetesEntity<T>
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var items = new List<T>();
            var unreadable = new List<UnreadableObject>();
            if (document.RootElement.TryGetProperty("items", out var array) && array.ValueKind == JsonValueKind.Array)
            {
                foreach (var element in array.EnumerateArray())
                {
                    var (item, error) = Read<T>(element);
                    if (item is null)
                    {
                        unreadable.Add(new UnreadableObject(Name(element, T.Entity), error!));
                    }
                    else
                    {
                        items.Add(item);
                    }
                }
            }

            var metadata = document.RootElement.TryGetProperty("metadata", out var meta) ? meta.Deserialize(ClientJsonContext.Default.V1ListMeta) : null;
            return new KubernetesList<T> { Metadata = metadata ?? new V1ListMeta(), Items = items, Unreadable = unreadable };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiResponse.Unreadable($"a list of {T.Entity.Plural}", e);
        }
    }

    /// <exception cref="KubernetesException">The line is the server's ERROR, or no watch event at all.</exception>
    public static WatchEvent<T> ReadEvent<T>(ReadOnlyMemory<byte> line)
        where T : class, IKubernetesEntity<T>
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw ApiResponse.Unreadable("a watch event", e);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("object", out var body) || !document.RootElement.TryGetProperty("type", out var type))
            {
                throw ApiResponse.Unreadable("a watch event", new JsonException("there is no type and object"));
            }

            if (type.ValueEquals("ERROR"))
            {
                throw new ApiResponse(500, System.Text.Encoding.UTF8.GetBytes(body.GetRawText()), null, null).ToException();
            }

            var version = Text(body, "metadata", "resourceVersion") ?? "";
            if (type.ValueEquals("BOOKMARK"))
            {
                return new WatchEvent<T>(WatchEventType.Bookmark, null, version, null);
            }

            WatchEventType? kind = type.ValueEquals("ADDED") ? WatchEventType.Added
                : type.ValueEquals("MODIFIED") ? WatchEventType.Modified
                : type.ValueEquals("DELETED") ? WatchEventType.Deleted
                : null;
            var name = Name(body, T.Entity);
            var (item, error) = Read<T>(body);
            return kind switch
            {
                null => new WatchEvent<T>(WatchEventType.Unreadable, null, version, name) { Error = $"unknown event type {type}" },
                WatchEventType.Deleted when name is not null => new WatchEvent<T>(WatchEventType.Deleted, item, version, name) { Error = error },
                _ when item is null => new WatchEvent<T>(WatchEventType.Unreadable, null, version, name) { Error = error },
                { } known => new WatchEvent<T>(known, item, version, name),
            };
        }
    }

    private static (T? Item, string? Error) Read<T>(JsonElement element)
        where T : class, IKubernetesEntity<T>
    {
        try
        {
            var item = element.Deserialize(T.JsonTypeInfo);
            return item?.Metadata?.Name is { Length: > 0 } ? (item, null) : (null, "it has no metadata.name");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return (null, e.Message);
        }
    }

    private static NamespacedName? Name(JsonElement element, EntityMetadata entity) =>
        Text(element, "metadata", "name") is { Length: > 0 } name
            ? new NamespacedName(entity.Scope == EntityScope.Namespaced ? Text(element, "metadata", "namespace") : null, name)
            : null;

    private static string? Text(JsonElement element, string outer, string inner) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(outer, out var child) && child.ValueKind == JsonValueKind.Object
        && child.TryGetProperty(inner, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
