using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Resources;

namespace NetProfile.SimulatedCluster.Patching;

internal static class StrategicMergePatch
{
    public static JsonObject Apply(ResourceDefinition resource, JsonObject target, JsonObject patch) => MergePatch.Apply(target, patch);
}
