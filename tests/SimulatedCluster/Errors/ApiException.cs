using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Errors;

/// <summary>A failed request, as the V1Status that the server answers with. The wording is the API server's own.</summary>
public sealed partial class ApiException(JsonObject status) : Exception(status.Str("message"))
{
    public JsonObject Status { get; } = status;

    public int Code => (int)(Status.Long("code") ?? 500);

    public string Reason => Status.Str("reason") ?? "";

    public bool IsNotFound => Code == 404;

    public bool IsConflict => Code == 409 && Reason == "Conflict";

    public static ApiException Create(int code, string reason, string message, JsonObject? details = null)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
        };
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        if (details is not null)
        {
            status["details"] = details;
        }

        status["code"] = code;
        return new ApiException(status);
    }

    private static JsonObject Details(ResourceDefinition resource, string? name, bool byKind = false)
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(name))
        {
            details["name"] = name;
        }

        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = byKind ? resource.Kind : resource.Plural;
        return details;
    }
}
