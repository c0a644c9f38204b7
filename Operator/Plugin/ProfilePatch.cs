using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;

namespace NetProfile.Plugin;

/// <summary>The writes of the plugin: always the user's own act, under a field manager of its own.</summary>
internal static class ProfilePatch
{
    public const string FieldManager = "kubectl-netprofile";

    public static Task AnnotateAsync(IKubernetesClient client, string profile, IEnumerable<(string Name, string Value)> annotations, CancellationToken cancellationToken) =>
        MergeAsync(client, profile, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject(annotations.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)a.Value))),
            },
        }, cancellationToken);

    public static Task SuspendAsync(IKubernetesClient client, string profile, bool suspend, CancellationToken cancellationToken) =>
        MergeAsync(client, profile, new JsonObject { ["spec"] = new JsonObject { ["suspend"] = suspend } }, cancellationToken);

    private static Task MergeAsync(IKubernetesClient client, string profile, JsonObject content, CancellationToken cancellationToken) =>
        client.PatchAsync<V1Alpha1NetworkProfile>(new NamespacedName(null, profile), new V1Patch(V1PatchType.MergePatch, content, FieldManager), cancellationToken);
}
