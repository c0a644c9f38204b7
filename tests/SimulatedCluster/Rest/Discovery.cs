using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>What the server serves: /version, health, discovery (aggregated and legacy), OpenAPI.</summary>
internal sealed class Discovery(ResourceRegistry resources, string version)
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly OpenApiDocuments openApi = new(resources);

    public async Task<bool> TryHandleAsync(HttpContext context)
    {
        var path = (context.Request.Path.Value ?? "/").TrimEnd('/');
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["healthz" or "livez" or "readyz", ..]:
                await Reply.TextAsync(context, "ok");
                return true;
            case ["version"]:
                await Reply.JsonAsync(context, VersionInfo());
                return true;
            case ["api" or "apis"] when WantsAggregated(context):
                await Reply.BytesAsync(context, Json.JsonText.ToUtf8(DiscoveryDocuments.Aggregated(resources, parts[0] == "api")), Aggregated);
                return true;
            case ["api"]:
                await Reply.JsonAsync(context, DiscoveryDocuments.CoreVersions());
                return true;
            case ["apis"]:
                await Reply.JsonAsync(context, DiscoveryDocuments.Groups(resources));
                return true;
            case ["api", var core] when core == "v1":
                await Reply.JsonAsync(context, DiscoveryDocuments.Resources(resources, "", core));
                return true;
            case ["apis", var group] when DiscoveryDocuments.Group(resources, group) is { } found:
                await Reply.JsonAsync(context, found);
                return true;
            case ["apis", var group, var groupVersion] when resources.All.Any(resource => resource.Group == group && resource.Version == groupVersion):
                await Reply.JsonAsync(context, DiscoveryDocuments.Resources(resources, group, groupVersion));
                return true;
            case ["openapi", "v3"]:
                await Reply.JsonAsync(context, openApi.Index());
                return true;
            case ["openapi", "v3", .. var rest] when openApi.Document(string.Join('/', rest)) is { } document:
                await Reply.BytesAsync(context, document);
                return true;
            case ["openapi", "v2"]:
                // kubectl asks for protobuf here and goes on without it.
                await Reply.TextAsync(context, "only /openapi/v3 is served\n", 406);
                return true;
            case []:
                await Reply.JsonAsync(context, new JsonObject { ["paths"] = new JsonArray("/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version") });
                return true;
            default:
                return false;
        }
    }

    private static bool WantsAggregated(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Replace(" ", "", StringComparison.Ordinal) is var accept
        && accept.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) && accept.Contains("v=v2;", StringComparison.Ordinal);

    private JsonObject VersionInfo()
    {
        var parts = version.TrimStart('v').Split('.');
        return new JsonObject
        {
            ["major"] = parts[0],
            ["minor"] = parts[1],
            ["gitVersion"] = $"v{version.TrimStart('v')}",
            ["gitCommit"] = "simulated",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "2025-01-01T00:00:00Z",
            ["goVersion"] = "go1.24",
            ["compiler"] = "gc",
            ["platform"] = "linux/amd64",
        };
    }
}
