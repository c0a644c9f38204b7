using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Errors;

/// <summary>One wrong field of a refused object.</summary>
public sealed record FieldError(string Reason, string Field, string Message)
{
    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, string shown, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {shown}: {detail}");

    public static FieldError NotSupported(string field, string shown, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field, $"Unsupported value: {shown}: supported values: {string.Join(", ", supported.Select(value => $"\"{value}\""))}");

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, $"Forbidden: {detail}");

    public static FieldError Duplicate(string field, string shown) => new("FieldValueDuplicate", field, $"Duplicate value: {shown}");
}

public sealed partial class ApiException
{
    public static ApiException NotFound(ResourceDefinition resource, string name) =>
        Create(404, "NotFound", $"{resource.QualifiedPlural} \"{name}\" not found", Details(resource, name));

    public static ApiException AlreadyExists(ResourceDefinition resource, string name) =>
        Create(409, "AlreadyExists", $"{resource.QualifiedPlural} \"{name}\" already exists", Details(resource, name));

    public static ApiException Conflict(ResourceDefinition resource, string name, string message) =>
        Create(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedPlural} \"{name}\": {message}", Details(resource, name));

    /// <summary>A deletion that names another uid or version; told by kind, unlike every other conflict.</summary>
    public static ApiException PreconditionFailed(ResourceDefinition resource, string name, string message) =>
        Create(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedKind} \"{name}\": {message}", Details(resource, name, byKind: true));

    public static ApiException Modified(ResourceDefinition resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException Invalid(ResourceDefinition resource, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(resource, name, byKind: true);
        details["causes"] = new JsonArray([.. errors.Select(JsonNode (error) =>
            new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field })]);
        var distinct = errors.Select(error => $"{error.Field}: {error.Message}").Distinct().ToList();
        var text = distinct.Count == 1 ? distinct[0] : $"[{string.Join(", ", distinct)}]";
        return Create(422, "Invalid", $"{resource.QualifiedKind} \"{name}\" is invalid: {text}", details);
    }

    /// <summary>Wrong query options of a request, such as ListOptions.</summary>
    public static ApiException InvalidOptions(string kind, FieldError error)
    {
        var invalid = Invalid(new ResourceDefinition { Group = "meta.k8s.io", Version = "v1", Kind = kind, Plural = kind, Singular = kind, Namespaced = false }, "", [error]);
        invalid.Status["message"] = $"{kind}.meta.k8s.io \"\" is invalid: {error.Field}: {error.Message}";
        return invalid;
    }

    public static ApiException Forbidden(ResourceDefinition resource, string? name, string message, JsonArray? causes = null)
    {
        var details = Details(resource, name);
        if (causes is not null)
        {
            details["causes"] = causes;
        }

        var subject = string.IsNullOrEmpty(name) ? $"{resource.QualifiedPlural} is forbidden" : $"{resource.QualifiedPlural} \"{name}\" is forbidden";
        return Create(403, "Forbidden", $"{subject}: {message}", details);
    }

    public static ApiException BadRequest(string message) => Create(400, "BadRequest", message);

    public static ApiException Unauthorized() => Create(401, "Unauthorized", "Unauthorized");

    public static ApiException MethodNotAllowed() =>
        Create(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException Expired(string message) => Create(410, "Expired", message);

    public static ApiException UnsupportedMediaType(string sent, params IEnumerable<string> accepted) =>
        Create(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)} (was {sent})");

    public static ApiException TooLargeResourceVersion(long asked, long current) =>
        Create(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    public static ApiException TooManyRequests(string message, int? retryAfterSeconds, JsonArray? causes = null)
    {
        var details = new JsonObject();
        if (causes is not null)
        {
            details["causes"] = causes;
        }

        if (retryAfterSeconds is { } seconds)
        {
            details["retryAfterSeconds"] = seconds;
        }

        return Create(429, "TooManyRequests", message, details);
    }

    public static ApiException Internal(string message) => Create(500, "InternalError", $"Internal error occurred: {message}");
}
