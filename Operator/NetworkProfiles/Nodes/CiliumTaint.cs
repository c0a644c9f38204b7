using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>
/// The taint of a node whose agent of Cilium isn't ready. Cilium's operator puts it there and takes it away; once that is gone, it
/// would keep every pod away for ever (cilium/cilium#31943).
/// </summary>
internal static class CiliumTaint
{
    public const string Key = "node.cilium.io/agent-not-ready";

    /// <summary>Not on those that are down: there it keeps nothing away.</summary>
    public static IReadOnlyList<V1Node> On(IReadOnlyCollection<V1Node> nodes) =>
        [.. nodes.Where(n => (n.Spec?.Taints ?? []).Any(t => t.Key == Key) && n.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "Unknown" }) != true)];

    public static async Task RemoveAsync(IKubernetesClient client, IReadOnlyCollection<V1Node> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in On(nodes))
        {
            // The list is replaced as a whole: the resource version keeps another controller's taint from being lost.
            var taints = node.Spec!.Taints!.Where(t => t.Key != Key).Select(Describe);
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = node.Metadata.ResourceVersion },
                ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. taints]) },
            };
            try
            {
                await client.PatchAsync<V1Node>(new NamespacedName(null, node.Metadata.Name!), new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.FieldManager), cancellationToken);
            }
            catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
            {
                // Gone, or changed since: the next look decides.
            }
        }
    }

    private static JsonNode Describe(V1Taint taint)
    {
        var json = new JsonObject { ["key"] = taint.Key, ["effect"] = taint.Effect };
        if (taint.Value is not null)
        {
            json["value"] = taint.Value;
        }

        if (taint.TimeAdded is { } added)
        {
            json["timeAdded"] = added.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return json;
    }
}
