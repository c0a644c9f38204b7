using System.Text.Json;
using System.Text.Json.Nodes;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>
/// Which pod is at the other end of a link: the runtime's library keeps the result of every CNI ADD, with the pod's name and the
/// host's end of its cable. Only for messages: a person knows pods, not cables.
/// </summary>
public static class PodsByLink
{
    private const int FileLimit = 256 * 1024;

    private static readonly string[] s_directories = ["/var/lib/cni/results", "/var/lib/cni/cache/results"];

    /// <returns>namespace/name by the name of the link.</returns>
    public static IReadOnlyDictionary<string, string> Read(IHostFiles files)
    {
        var pods = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in s_directories.SelectMany(files.List))
        {
            if (Parse(files.Read(path, FileLimit)) is { } cached && PodOf(cached) is { } pod)
            {
                foreach (var link in (cached["result"]?["interfaces"] as JsonArray ?? []).Where(i => LinkJson.Text(i?["sandbox"]) is null or "").Select(i => LinkJson.Text(i?["name"])).OfType<string>())
                {
                    // The bridge is in every pod's result.
                    pods[link] = pod;
                }
            }
        }

        return pods;
    }

    /// <summary>For a message: the link, its pod, and what to do about it.</summary>
    public static string Describe(HostLink link, IReadOnlyDictionary<string, string> pods) =>
        pods.TryGetValue(link.Name, out var pod) ? $"{link.Name} of pod {pod}"
        : link.PeerNamespace is { } space ? $"{link.Name} into network namespace {space}"
        : link.Name;

    /// <summary>What a person does about links that living pods hold.</summary>
    public static string Advice(IReadOnlyList<HostLink> links, IReadOnlyDictionary<string, string> pods) =>
        links.Select(link => pods.GetValueOrDefault(link.Name)).OfType<string>().FirstOrDefault() is { } pod
            ? $"have it made anew (kubectl -n {pod.Split('/')[0]} delete pod {pod.Split('/')[1]}), or end what is left of it on this node if the API has no such pod"
            : links.Select(link => link.PeerNamespace).OfType<string>().FirstOrDefault() is { } space ? $"see which processes hold it on this node (ip netns pids {space}), and end them" : "end what holds it";

    private static string? PodOf(JsonObject cached)
    {
        var arguments = (cached["cniArgs"] as JsonArray ?? []).OfType<JsonArray>().Where(pair => pair.Count == 2)
            .GroupBy(pair => LinkJson.Text(pair[0]) ?? "", StringComparer.Ordinal).ToDictionary(g => g.Key, g => LinkJson.Text(g.First()[1]), StringComparer.Ordinal);
        return arguments.GetValueOrDefault("K8S_POD_NAMESPACE") is { Length: > 0 } ns && arguments.GetValueOrDefault("K8S_POD_NAME") is { Length: > 0 } name ? $"{ns}/{name}" : null;
    }

    private static JsonObject? Parse(byte[] content)
    {
        try
        {
            return content.Length == 0 ? null : JsonNode.Parse(content) as JsonObject;
        }
        catch (JsonException)
        {
            // Half written, or not libcni's: the link's own name has to do.
            return null;
        }
    }
}
