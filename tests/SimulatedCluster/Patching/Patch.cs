using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Rest;

namespace NetProfile.SimulatedCluster.Patching;

/// <summary>A patch of any of the three types that are not an apply.</summary>
internal sealed class Patch
{
    private readonly Func<JsonObject, JsonObject> apply;

    private Patch(Func<JsonObject, JsonObject> apply) => this.apply = apply;

    public JsonObject Apply(JsonObject current) => apply((JsonObject)current.DeepClone());

    public static Patch Parse(string mediaType, byte[] bytes, ResourceDefinition resource)
    {
        var body = RequestBody.Parse(bytes);
        switch (mediaType)
        {
            case "application/json-patch+json":
                var operations = body as JsonArray ?? throw ApiException.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");
                return new Patch(current => JsonPatch.Apply(current, operations));
            case "application/merge-patch+json":
                var merge = AsObject(body);
                return new Patch(current => MergePatch.Apply(current, merge));
            case "application/strategic-merge-patch+json" when !resource.IsCustom:
                var strategic = AsObject(body);
                return new Patch(current => StrategicMergePatch.Apply(resource, current, strategic));
            case "application/strategic-merge-patch+json":
                throw ApiException.UnsupportedMediaType(mediaType, "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
            default:
                throw ApiException.UnsupportedMediaType(mediaType, "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml");
        }
    }

    private static JsonObject AsObject(JsonNode? body) => body as JsonObject ?? throw ApiException.BadRequest("error decoding patch: the patch is not an object");
}
