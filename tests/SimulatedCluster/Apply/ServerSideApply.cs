using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Patching;
using NetProfile.SimulatedCluster.Resources;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Apply;

internal sealed class ServerSideApply(ObjectStore store, ResourceDefinition resource, WriteOptions options, bool force)
{
    public (StoredObject Stored, bool Created) Run(string? @namespace, string name, JsonObject body, string subresource)
    {
        _ = force;
        _ = subresource;
        return store.Find(resource, @namespace, name) is null
            ? (store.Create(resource, @namespace, body, options), true)
            : (store.Update(resource, @namespace, name, current => MergePatch.Apply((JsonObject)current.DeepClone(), body), options), false);
    }
}
