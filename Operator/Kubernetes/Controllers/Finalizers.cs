using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;

namespace NetProfile.Kubernetes.Controllers;

/// <summary>
/// Adds and removes one finalizer by JSON patch. The patch writes the whole list and tests the resource version that the list was
/// read at: whoever changed the object meanwhile makes it fail (422), and the next reconcile sees what they did.
/// </summary>
internal static class Finalizers
{
    public static bool Has<T>(T entity, string finalizer)
        where T : class, IKubernetesEntity<T> => entity.Metadata.Finalizers?.Contains(finalizer, StringComparer.Ordinal) ?? false;

    public static Task<T> AddAsync<T>(IKubernetesClient client, T entity, string finalizer, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T> =>
        client.PatchAsync<T>(EntityKeys.Of(entity), Patch(entity, [.. entity.Metadata.Finalizers ?? [], finalizer], fieldManager), cancellationToken);

    public static async Task RemoveAsync<T>(IKubernetesClient client, T entity, string finalizer, string fieldManager, CancellationToken cancellationToken)
        where T : class, IKubernetesEntity<T>
    {
        var others = (entity.Metadata.Finalizers ?? []).Where(name => name != finalizer);
        try
        {
            await client.PatchAsync<T>(EntityKeys.Of(entity), Patch(entity, others, fieldManager), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Gone already, which is what the finalizer was in the way of.
        }
    }

    private static V1Patch Patch<T>(T entity, IEnumerable<string> finalizers, string fieldManager)
        where T : class, IKubernetesEntity<T> =>
        new(
            V1PatchType.JsonPatch,
            new JsonArray(
                new JsonObject { ["op"] = "test", ["path"] = "/metadata/resourceVersion", ["value"] = entity.Metadata.ResourceVersion },
                new JsonObject { ["op"] = "add", ["path"] = "/metadata/finalizers", ["value"] = new JsonArray([.. finalizers.Select(name => (JsonNode?)JsonValue.Create(name))]) }),
            fieldManager);
}
