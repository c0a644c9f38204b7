using NetProfile.SimulatedCluster.Types;
using NetProfile.SimulatedCluster.Access;
using NetProfile.SimulatedCluster.Apply;
using NetProfile.SimulatedCluster.BuiltIn;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Resources;

/// <summary>All rules for writes, in the order in which they run.</summary>
internal static class ObjectRules
{
    public static IReadOnlyList<IObjectRules> All(ResourceRegistry resources, TimeProvider time, Func<ObjectStore> store, AdmissionPolicies policies) =>
    [
        new TypedDecoding(), new WorkloadDefaults(store), new ServiceDefaults(store), new SmallDefaults(), new CustomResourceRules(resources), new CustomResourceSchemas(),
        new ObjectValidation(), new WorkloadValidation(),
        new EscalationRules(store), policies, new FieldOwnership(time),
    ];
}
