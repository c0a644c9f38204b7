using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetProfile.NetworkProfiles.Backups;

/// <summary>Flannel's net-conf.json: its pod networks and its backend. Pure.</summary>
internal static class FlannelConfig
{
    /// <summary>The key in Flannel's ConfigMap, and in canal's.</summary>
    public const string Key = "net-conf.json";

    /// <returns>No networks and no backend when it can't be read.</returns>
    public static (IReadOnlyList<string> PodCidrs, FlannelBackend? Backend) Read(string? text)
    {
        if (Parse(text) is not { } config)
        {
            return ([], null);
        }

        IReadOnlyList<string> networks = [.. new[] { Text(config, "Network"), Text(config, "IPv6Network") }.OfType<string>()];
        return (networks, BackendOf(config));
    }

    /// <summary>Defaults of github.com/flannel-io/flannel, Documentation/backends.md.</summary>
    private static FlannelBackend? BackendOf(JsonObject config)
    {
        if (config["Backend"] is not JsonObject backend || Text(backend, "Type")?.ToLowerInvariant() is not { Length: > 0 } type)
        {
            return null;
        }

        int? port = type switch
        {
            "vxlan" => Number(backend, "Port") is > 0 and var given ? given : 8472,
            "wireguard" => Number(backend, "ListenPort") ?? 51820,
            "udp" => Number(backend, "Port") ?? 8285,
            _ => null,
        };
        return new FlannelBackend
        {
            Type = type,
            Vni = type == "vxlan" ? Number(backend, "VNI") ?? 1 : null,
            Port = port,
            DirectRouting = Flag(backend, "DirectRouting"),
            NfTables = Flag(config, "EnableNFTables"),
        };
    }

    private static JsonObject? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text, null, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Number(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static bool Flag(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
