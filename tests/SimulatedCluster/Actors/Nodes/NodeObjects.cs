using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

/// <summary>Node objects as a kubelet registers them.</summary>
internal static class NodeObjects
{
    public static JsonObject Create(SimulatedHost host, bool controlPlane, string kubernetesVersion, DateTimeOffset now)
    {
        var labels = new JsonObject
        {
            ["kubernetes.io/hostname"] = host.Name,
            ["kubernetes.io/os"] = "linux",
            ["kubernetes.io/arch"] = "amd64",
        };
        var spec = new JsonObject
        {
            ["podCIDR"] = host.PodCIDR,
            ["podCIDRs"] = new JsonArray([.. new[] { host.PodCIDR, host.PodCIDRv6 }.OfType<string>().Select(JsonNode (cidr) => JsonValue.Create(cidr))]),
        };
        if (controlPlane)
        {
            labels["node-role.kubernetes.io/control-plane"] = "";
            spec["taints"] = new JsonArray(new JsonObject { ["key"] = "node-role.kubernetes.io/control-plane", ["effect"] = "NoSchedule" });
        }

        var node = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = host.Name, ["labels"] = labels },
            ["spec"] = spec,
            ["status"] = Status(host, kubernetesVersion),
        };
        var stamp = PodStatus.Stamp(now);
        SetCondition(node, "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", stamp);
        SetCondition(node, "DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", stamp);
        SetCondition(node, "PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", stamp);
        return node;
    }

    public static void SetCondition(JsonObject node, string type, string status, string reason, string message, string now)
    {
        var conditions = node.Ensure("status")["conditions"] as JsonArray;
        if (conditions is null)
        {
            node.Ensure("status")["conditions"] = conditions = [];
        }

        var condition = conditions.Objects().FirstOrDefault(found => found.Str("type") == type);
        if (condition is null)
        {
            conditions.Add((JsonNode)(condition = new JsonObject { ["type"] = type }));
        }

        if (condition.Str("status") != status)
        {
            condition["lastTransitionTime"] = now;
        }

        condition["status"] = status;
        condition["lastHeartbeatTime"] = now;
        condition["reason"] = reason;
        condition["message"] = message;
    }

    private static JsonObject Status(SimulatedHost host, string kubernetesVersion)
    {
        static JsonObject Resources() => new()
        {
            ["cpu"] = "4",
            ["memory"] = "16384000Ki",
            ["pods"] = "110",
            ["ephemeral-storage"] = "101430960Ki",
        };
        return new JsonObject
        {
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = host.InternalIP },
                new JsonObject { ["type"] = "Hostname", ["address"] = host.Name }),
            ["capacity"] = Resources(),
            ["allocatable"] = Resources(),
            ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
            ["nodeInfo"] = new JsonObject
            {
                ["architecture"] = "amd64",
                ["bootID"] = Guid.NewGuid().ToString(),
                ["containerRuntimeVersion"] = "containerd://2.1.4",
                ["kernelVersion"] = host.Kernel,
                ["kubeProxyVersion"] = "",
                ["kubeletVersion"] = kubernetesVersion,
                ["machineID"] = "",
                ["operatingSystem"] = "linux",
                ["osImage"] = host.OsImage,
                ["systemUUID"] = "",
            },
        };
    }
}
