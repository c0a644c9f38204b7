using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Cilium;

/// <summary>A CiliumEndpoint for every pod that got its address from an agent; it goes with its pod.</summary>
internal static class CiliumEndpoints
{
    public const string Resource = "ciliumendpoints.cilium.io";

    public static void Ensure(ObjectStore store, Kubelet kubelet, ObjectKey key)
    {
        if (kubelet.Run(key) is not { Network: "cilium", PodIP: { } ip } || store.Resources.Find(Resource) is null
            || store.Get("pods", key.Namespace, key.Name) is not { } pod || store.Get(Resource, key.Namespace, key.Name) is not null)
        {
            return;
        }

        store.Create(Resource, new JsonObject
        {
            ["apiVersion"] = "cilium.io/v2",
            ["kind"] = "CiliumEndpoint",
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["labels"] = pod.Obj("metadata", "labels")?.DeepClone(),
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = key.Name, ["uid"] = pod.Uid() }),
            },
            ["status"] = new JsonObject
            {
                ["id"] = Id(ip),
                ["identity"] = new JsonObject { ["id"] = 10000 + Id(ip) },
                ["networking"] = new JsonObject
                {
                    ["addressing"] = new JsonArray(new JsonObject { ["ipv4"] = ip }),
                    ["node"] = pod.Str("status", "hostIP"),
                },
                ["state"] = "ready",
            },
        });
    }

    /// <summary>A node-local endpoint number that follows from the address.</summary>
    public static int Id(string ip) => 256 + (System.Net.IPAddress.Parse(ip).GetAddressBytes()[3] * 13);
}
