using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>All rules for writes, in the order in which they run.</summary>
internal static class ObjectRules
{
    public static IReadOnlyList<IObjectRules> All(ResourceRegistry resources) => [new CustomResourceRules(resources)];
}
