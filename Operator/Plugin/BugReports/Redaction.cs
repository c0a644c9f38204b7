using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetProfile.Plugin.BugReports;

/// <summary>Takes out what looks secret: rather too much than too little, since an archive travels. Pure.</summary>
internal static partial class Redaction
{
    public const string Replacement = "REDACTED";

    /// <summary>Works in place and gives the same node back.</summary>
    public static JsonNode Of(JsonNode node)
    {
        switch (node)
        {
            case JsonObject map:
                InMap(map);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } item && Replacing(item) is { } clean)
                    {
                        list[i] = clean;
                    }
                }

                break;
        }

        return node;
    }

    public static string OfText(string text) =>
        Bearer().Replace(UserInfo().Replace(PrivateKey().Replace(text, Replacement), $"$1{Replacement}@"), $"$1{Replacement}");

    private static void InMap(JsonObject map)
    {
        map.Remove("managedFields");
        map.Remove("kubectl.kubernetes.io/last-applied-configuration");
        if (Text(map["kind"]) == "Secret" || Text(map["type"]) is "helm.sh/release.v1")
        {
            map.Remove("data");
            map.Remove("stringData");
        }

        // An environment variable: { name: GITHUB_TOKEN, value: … }.
        var isNamedSecret = Text(map["name"]) is { } name && LooksSecret(name);
        foreach (var (key, value) in map.ToList())
        {
            if (value is null)
            {
                continue;
            }

            if (Text(value) is not null && (LooksSecret(key) || (key == "key" && !IsReference(map)) || (isNamedSecret && key == "value")))
            {
                map[key] = Replacement;
            }
            else if (Replacing(value) is { } clean)
            {
                map[key] = clean;
            }
        }
    }

    /// <summary>What is to stand in the value's place; null when it can stay, itself redacted.</summary>
    private static JsonValue? Replacing(JsonNode value)
    {
        if (Text(value) is not { } text)
        {
            Of(value);
            return null;
        }

        var clean = OfText(text);
        return clean == text ? null : JsonValue.Create(clean);
    }

    /// <summary>References to secrets by name are no secrets, and worth knowing.</summary>
    private static bool LooksSecret(string key) => SecretWord().IsMatch(key) && !Reference().IsMatch(key);

    /// <summary>Tolerations, label selectors and references to a key of a Secret have a key that is only a name; TLS settings have the key itself.</summary>
    private static bool IsReference(JsonObject map) => map.Any(pair => pair.Key is "operator" or "effect" or "name" or "path" or "values" or "value");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    [GeneratedRegex("passw(or)?d|token|secret|api-?_?key|private-?_?key|credential|passphrase|^psk$|^keys?$|[._-]key$|Key$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SecretWord();

    [GeneratedRegex("(Name|Ref|Names|Namespace|Path|Seconds|Key_?Ref|topologyKey|labelKey)$|^(topologyKey|secretKeyRef|key)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"(\w+://)[^/\s:@]+:[^/\s@]+@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(Bearer )[A-Za-z0-9._~+/=-]{8,}")]
    private static partial Regex Bearer();
}
