using System.Text.Json.Nodes;

namespace NetProfile.SimulatedCluster.Json;

/// <summary>metadata of a generic object.</summary>
public static class ObjectMeta
{
    public static JsonObject Metadata(this JsonObject value) => value.Ensure("metadata");

    public static string Name(this JsonObject value) => value.Str("metadata", "name") ?? "";

    public static string? Namespace(this JsonObject value) => value.Str("metadata", "namespace") is { Length: > 0 } ns ? ns : null;

    public static string Uid(this JsonObject value) => value.Str("metadata", "uid") ?? "";

    public static string? ResourceVersion(this JsonObject value) => value.Str("metadata", "resourceVersion") is { Length: > 0 } rv ? rv : null;

    public static long Generation(this JsonObject value) => value.Long("metadata", "generation") ?? 0;

    public static string? DeletionTimestamp(this JsonObject value) => value.Str("metadata", "deletionTimestamp");

    public static bool IsDeleting(this JsonObject value) => value.DeletionTimestamp() is not null;

    public static string? Label(this JsonObject value, string key) => value.Str("metadata", "labels", key);

    public static string? Annotation(this JsonObject value, string key) => value.Str("metadata", "annotations", key);

    public static IEnumerable<string> Finalizers(this JsonObject value) => value.Arr("metadata", "finalizers").Strings();

    public static IEnumerable<JsonObject> OwnerReferences(this JsonObject value) => value.Arr("metadata", "ownerReferences").Objects();
}
