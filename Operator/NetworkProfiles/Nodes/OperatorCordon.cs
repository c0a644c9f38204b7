using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>Nodes that this operator has cordoned, told from those that a person has by an annotation; only ours are opened again.</summary>
internal static class OperatorCordon
{
    public static IReadOnlyList<V1Node> On(IReadOnlyCollection<V1Node> nodes) =>
        [.. nodes.Where(n => n.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.CordonedAnnotation) == "true")];

    public static async Task RemoveAsync(IKubernetesClient client, IReadOnlyCollection<V1Node> nodes, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [NetworkProfileNames.CordonedAnnotation] = null } },
            ["spec"] = new JsonObject { ["unschedulable"] = null },
        };
        foreach (var node in On(nodes))
        {
            try
            {
                await client.PatchAsync<V1Node>(new NamespacedName(null, node.Metadata.Name!), new V1Patch(V1PatchType.MergePatch, patch.DeepClone(), NetworkProfileNames.FieldManager), cancellationToken);
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                // Gone with its cordon.
            }
        }
    }
}
