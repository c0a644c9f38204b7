using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Setting what is absent.</summary>
internal static class Fill
{
    public static JsonObject Default(this JsonObject value, string key, JsonNode fallback)
    {
        value[key] ??= fallback;
        return value;
    }

    /// <summary>The keys and values of <paramref name="json"/>, where absent.</summary>
    public static JsonObject Defaults(this JsonObject value, string json)
    {
        foreach (var (key, node) in JsonText.ParseObject(json))
        {
            value[key] ??= node?.DeepClone();
        }

        return value;
    }

    /// <summary>Defaults inside a member, if it is there.</summary>
    public static void DefaultsIn(this JsonObject value, string member, string json) => (value[member] as JsonObject)?.Defaults(json);
}
