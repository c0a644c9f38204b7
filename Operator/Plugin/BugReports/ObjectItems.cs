using System.Text.Json.Nodes;
using NetProfile.Commands;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Serialization;

namespace NetProfile.Plugin.BugReports;

/// <summary>Objects as the API server has them, without what looks secret.</summary>
internal static class ObjectItems
{
    /// <summary>What belongs to the old network, the new one, or this operator, by its name.</summary>
    private static readonly string[] s_ours = ["cilium", "hubble", "netprofile", "kube-flannel", "flannel", "kube-proxy", "coredns"];

    public static IEnumerable<ReportItem> All(IKubernetesClient client, ReportOptions options)
    {
        var inNamespace = $"namespaces/{options.Namespace}";
        yield return new ReportItem("server-version.json", async c => Text(await client.SendAsync(HttpMethod.Get, "/version", null, "application/json", c)));
        yield return List(client, "networkprofiles.yaml", V1Alpha1NetworkProfile.Entity.ApiVersion, "networkprofiles");
        yield return List(client, "nodenetworks.yaml", V1Alpha1NodeNetwork.Entity.ApiVersion, "nodenetworks");
        yield return List(client, "nodes.yaml", "v1", "nodes");
        yield return List(client, "events.yaml", "events.k8s.io/v1", $"{inNamespace}/events");
        yield return List(client, "events-of-cluster-objects.yaml", "events.k8s.io/v1", "namespaces/default/events");
        yield return List(client, "cilium-nodes.yaml", "cilium.io/v2", "ciliumnodes");
        yield return Ours(client, "daemonsets.yaml", "apps/v1", "daemonsets");
        yield return Ours(client, "deployments.yaml", "apps/v1", "deployments");
        yield return Ours(client, "pods.yaml", "v1", "pods");
        yield return List(client, "cilium-config.yaml", "v1", $"{inNamespace}/configmaps?fieldSelector=metadata.name%3Dcilium-config");
        yield return List(client, "releases.yaml", "v1", $"{inNamespace}/secrets?labelSelector=owner%3Dhelm%2Cname%3D{Uri.EscapeDataString(options.ReleaseName)}");
    }

    private static ReportItem List(IKubernetesClient client, string file, string apiVersion, string resource) =>
        new(file, async c => YamlWriter.Write(Redaction.Of(new JsonArray([.. await ReadAsync(client, apiVersion, resource, c)]))));

    private static ReportItem Ours(IKubernetesClient client, string file, string apiVersion, string resource) => new(file, async c =>
    {
        var all = await ReadAsync(client, apiVersion, resource, c);
        var ours = all.Where(o => (string?)o["metadata"]?["name"] is { } name && s_ours.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        return YamlWriter.Write(Redaction.Of(new JsonArray([.. ours])));
    });

    /// <summary>At most 5,000 objects: a page more than the largest cluster that is meant to work has nodes.</summary>
    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(IKubernetesClient client, string apiVersion, string resource, CancellationToken cancellationToken)
    {
        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        var objects = new List<JsonNode>();
        string? next = null;
        do
        {
            var query = $"{(resource.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500{(string.IsNullOrEmpty(next) ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            var page = await client.SendAsync(HttpMethod.Get, $"{root}/{resource}{query}", null, "application/json", cancellationToken)
                ?? throw new CommandException($"the cluster has no {resource} ({apiVersion})");
            foreach (var item in (page["items"] as JsonArray ?? []).OfType<JsonObject>().ToList())
            {
                objects.Add(item.DeepClone());
            }

            next = (string?)page["metadata"]?["continue"];
        }
        while (!string.IsNullOrEmpty(next) && objects.Count < 5000);
        return objects;
    }

    private static string Text(JsonNode? node) => node is null ? "" : ObjectOutput.Text(node, "json");
}
