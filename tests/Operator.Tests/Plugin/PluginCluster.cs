using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.Crds;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Commands;
using NetProfile.Operator.Tests.Support;

namespace NetProfile.Operator.Tests.Plugin;

/// <summary>A cluster of one NetworkProfile, as far as the plugin sees it: get, list, watch and merge patch.</summary>
internal sealed class PluginCluster
{
    private readonly Queue<JsonObject> next = new();
    private JsonObject? profile;

    public PluginCluster(V1Alpha1NetworkProfile? profile)
    {
        this.profile = profile is null ? null : ToJson(profile);
        Server = new ScriptedServer(Respond);
    }

    public ScriptedServer Server { get; }

    /// <summary>Bodies of all patches, in order.</summary>
    public IReadOnlyList<JsonNode> Patches => [.. Server.Requests.Where(r => r.Method == HttpMethod.Patch).Select(r => JsonNode.Parse(r.Body)!)];

    /// <summary>What the next watches say, one change each.</summary>
    public PluginCluster Then(params V1Alpha1NetworkProfile[] changes)
    {
        foreach (var change in changes)
        {
            next.Enqueue(ToJson(change));
        }

        return this;
    }

    public Task<CommandRun> RunAsync(string arguments, TimeProvider? clock = null, CancellationToken cancellationToken = default) => CommandRun.Of(
        arguments,
        with: environment => environment with { Connect = _ => Server.Client(clock), Clock = clock ?? new ManualTimeProvider(PluginCases.Now) });

    private static JsonObject ToJson(V1Alpha1NetworkProfile profile) =>
        JsonSerializer.SerializeToNode(profile, CrdsJsonContext.Default.V1Alpha1NetworkProfile)!.AsObject();

    private HttpResponseMessage Respond(SeenRequest request)
    {
        if (request.Path.EndsWith("/nodenetworks", StringComparison.Ordinal))
        {
            return ScriptedServer.Json("""{"kind":"NodeNetworkList","apiVersion":"netprofile.io/v1alpha1","metadata":{"resourceVersion":"1"},"items":[]}""");
        }

        if (request.IsWatch)
        {
            if (next.TryDequeue(out var change))
            {
                profile = change;
                return ScriptedServer.Lines($$"""{"type":"MODIFIED","object":{{change.ToJsonString()}}}""");
            }

            return ScriptedServer.Lines();
        }

        return request.Path.EndsWith("/networkprofiles", StringComparison.Ordinal)
            ? ScriptedServer.Json($$"""{"kind":"NetworkProfileList","apiVersion":"netprofile.io/v1alpha1","metadata":{"resourceVersion":"1"},"items":[{{profile?.ToJsonString()}}]}""")
            : profile is null ? ScriptedServer.Status(404, "NotFound") : ScriptedServer.Json(profile.ToJsonString());
    }
}
