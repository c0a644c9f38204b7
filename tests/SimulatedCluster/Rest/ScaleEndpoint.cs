using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Patching;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;
using NetProfile.SimulatedCluster.Tables;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>autoscaling/v1 Scale of workloads and of custom resources that declare it.</summary>
internal sealed class ScaleEndpoint(ObjectStore store)
{
    private static readonly ResourceDefinition Scale = new() { Group = "autoscaling", Version = "v1", Kind = "Scale", Plural = "scales", Singular = "scale", Namespaced = true };

    public async Task HandleAsync(HttpContext context, RequestInfo info, UserInfo user)
    {
        var resource = info.Resource!;
        var found = store.Find(resource, info.Namespace, info.Name) ?? throw ApiException.NotFound(resource, info.Name);
        if (info.Verb == "get")
        {
            await Reply.JsonAsync(context, View(resource, found.Value));
            return;
        }

        var type = RequestBody.MediaType(context);
        var bytes = await RequestBody.ReadAsync(context);
        var options = WriteHandlers.Options(context, info, user);
        var stored = store.Update(resource, info.Namespace, info.Name, current =>
        {
            var wanted = info.Verb == "update"
                ? RequestBody.Parse(bytes) as JsonObject ?? throw ApiException.BadRequest("the body of the request is not an object")
                : Patch.Parse(type == "application/strategic-merge-patch+json" ? "application/merge-patch+json" : type, bytes, Scale).Apply(View(resource, current));
            return Apply(resource, current, wanted);
        }, options);
        await Reply.JsonAsync(context, View(resource, stored.Value));
    }

    private static JsonObject Apply(ResourceDefinition resource, JsonObject current, JsonObject wanted)
    {
        var replicas = wanted.Long("spec", "replicas") ?? 0;
        if (replicas < 0)
        {
            throw ApiException.Invalid(Scale, current.Name(), [FieldError.Invalid("spec.replicas", $"{replicas}", "must be greater than or equal to 0")]);
        }

        var next = (JsonObject)current.DeepClone();
        if (wanted.ResourceVersion() is { } version)
        {
            next.Metadata()["resourceVersion"] = version;
        }
        else
        {
            next.Metadata().Remove("resourceVersion");
        }

        var path = PathOf(resource, "specReplicasPath", "spec.replicas");
        next.Ensure(path.AsSpan()[..^1])[path[^1]] = replicas;
        return next;
    }

    private static JsonObject View(ResourceDefinition resource, JsonObject value)
    {
        var metadata = new JsonObject();
        foreach (var key in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[key] = value["metadata"]?[key]?.DeepClone();
        }

        var status = new JsonObject { ["replicas"] = value.Long(PathOf(resource, "statusReplicasPath", "status.replicas")) ?? 0 };
        var selector = value.Obj("spec", "selector");
        if (selector is not null && TableColumns.MapText(selector.Obj("matchLabels")) is { Length: > 0 } text)
        {
            status["selector"] = text;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = value.Long(PathOf(resource, "specReplicasPath", "spec.replicas")) ?? 0 },
            ["status"] = status,
        };
    }

    private static string[] PathOf(ResourceDefinition resource, string key, string builtIn) =>
        (resource.CrdVersion.Str("subresources", "scale", key)?.TrimStart('.') ?? builtIn).Split('.');
}
