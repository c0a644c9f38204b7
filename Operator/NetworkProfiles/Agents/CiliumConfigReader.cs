using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Client;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>ConfigMap cilium-config as it was read.</summary>
internal sealed record CiliumConfig
{
    public static readonly CiliumConfig None = new();

    /// <summary>null when there is no such ConfigMap.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>When data was written last; null when the API doesn't tell.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>When anybody but helm has written data last; null when nobody has.</summary>
    public DateTimeOffset? ChangedByHandAt { get; init; }

    /// <summary>What Cilium itself has found wrong with it and written to its annotations.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}

/// <summary>Reads ConfigMap cilium-config with the time of its last change, which only managedFields tells.</summary>
internal sealed class CiliumConfigReader(IKubernetesClient client)
{
    private const string ErrorAnnotations = "config.cilium.io/";

    private const string HelmFieldManager = "helm";

    public async Task<CiliumConfig> ReadAsync(string ns, CancellationToken cancellationToken)
    {
        var map = await client.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps/{ComponentNames.ConfigMap}", null, "application/json", cancellationToken);
        return map is JsonObject found ? new CiliumConfig { Data = DataOf(found), ChangedAt = ChangedAtOf(found), ChangedByHandAt = ChangedAtOf(found, HelmFieldManager), Errors = ErrorsOf(found) } : CiliumConfig.None;
    }

    private static List<string> ErrorsOf(JsonObject map) =>
    [
        .. (map["metadata"]?["annotations"] as JsonObject ?? []).Where(pair => pair.Key.StartsWith(ErrorAnnotations, StringComparison.Ordinal))
            .Select(pair => $"{pair.Key[ErrorAnnotations.Length..]}: {pair.Value}").Order(StringComparer.Ordinal),
    ];

    internal static Dictionary<string, string> DataOf(JsonObject map) =>
        (map["data"] as JsonObject ?? []).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal);

    /// <summary>Of those who have written data, the last one's time.</summary>
    internal static DateTimeOffset? ChangedAtOf(JsonObject map, string? except = null)
    {
        DateTimeOffset? last = null;
        foreach (var entry in (map["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["fieldsV1"]?["f:data"] is not null && (except is null || (string?)entry["manager"] != except)
                && DateTimeOffset.TryParse((string?)entry["time"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && !(time < last))
            {
                last = time;
            }
        }

        return last;
    }
}
