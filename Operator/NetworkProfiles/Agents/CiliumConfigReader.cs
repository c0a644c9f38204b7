using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Client;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>ConfigMap cilium-config with the time of its last change, which only managedFields tells.</summary>
internal sealed class CiliumConfigReader(IKubernetesClient client)
{
    public async Task<(IReadOnlyDictionary<string, string>? Data, DateTimeOffset? ChangedAt)> ReadAsync(string ns, CancellationToken cancellationToken)
    {
        var map = await client.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps/{ComponentNames.ConfigMap}", null, "application/json", cancellationToken);
        return map is JsonObject found ? (DataOf(found), ChangedAtOf(found)) : (null, null);
    }

    internal static Dictionary<string, string> DataOf(JsonObject map) =>
        (map["data"] as JsonObject ?? []).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal);

    /// <summary>Of those who have written data, the last one's time.</summary>
    internal static DateTimeOffset? ChangedAtOf(JsonObject map)
    {
        DateTimeOffset? last = null;
        foreach (var entry in (map["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["fieldsV1"]?["f:data"] is not null
                && DateTimeOffset.TryParse((string?)entry["time"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && !(time < last))
            {
                last = time;
            }
        }

        return last;
    }
}
