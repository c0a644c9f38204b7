using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Rest;

/// <summary>The same object in another version of its API: only the version differs, but for the two kinds of events.</summary>
internal static class VersionConversion
{
    private static readonly (string Core, string Events)[] EventFields =
    [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"), ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ];

    public static bool Needed(JsonObject value, ResourceDefinition resource) => value.Str("apiVersion") != resource.ApiVersion;

    public static JsonObject To(ResourceDefinition resource, JsonObject value)
    {
        var converted = new JsonObject { ["apiVersion"] = resource.ApiVersion, ["kind"] = resource.Kind };
        var toEvents = resource.Group == "events.k8s.io";
        foreach (var (key, node) in value)
        {
            if (key is not ("apiVersion" or "kind"))
            {
                converted[resource.Plural == "events" ? Rename(key, toEvents) : key] = node?.DeepClone();
            }
        }

        return converted;
    }

    private static string Rename(string key, bool toEvents)
    {
        foreach (var (core, events) in EventFields)
        {
            if (key == (toEvents ? core : events))
            {
                return toEvents ? events : core;
            }
        }

        return key;
    }
}
