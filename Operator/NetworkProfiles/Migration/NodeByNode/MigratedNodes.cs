using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>
/// The CiliumNodeConfig that has an agent write its CNI configuration, on nodes with our label only, while cilium-config says that
/// agents leave it alone. An agent reads it once, at its start.
/// </summary>
internal static class MigratedNodes
{
    public const string ConfigName = "netprofile-migrated";

    public static string PathOf(CiliumFacts facts, string @namespace) =>
        $"/apis/{facts.CiliumNodeConfigApiVersion}/namespaces/{Uri.EscapeDataString(@namespace)}/ciliumnodeconfigs/{ConfigName}";

    /// <param name="facts">Of the version that runs.</param>
    /// <param name="namespace">The agents'.</param>
    /// <param name="everyNode">No label is asked for: nodes that join from now on are Cilium's from their first pod on.</param>
    public static JsonObject Manifest(CiliumFacts facts, string @namespace, bool everyNode) => new()
    {
        ["apiVersion"] = facts.CiliumNodeConfigApiVersion,
        ["kind"] = "CiliumNodeConfig",
        ["metadata"] = new JsonObject
        {
            ["name"] = ConfigName,
            ["namespace"] = @namespace,
            ["labels"] = new JsonObject { [NetworkProfileNames.ManagedByLabel] = NetworkProfileNames.ManagedByValue },
        },
        ["spec"] = new JsonObject
        {
            ["nodeSelector"] = everyNode
                ? new JsonObject { ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = "kubernetes.io/os", ["operator"] = "NotIn", ["values"] = new JsonArray("windows") }) }
                : new JsonObject { ["matchLabels"] = new JsonObject { [NetworkProfileNames.MigratedLabel] = NetworkProfileNames.MigratedValue } },
            ["defaults"] = new JsonObject
            {
                ["custom-cni-conf"] = "false",
                ["cni-chaining-mode"] = "none",
                ["cni-exclusive"] = "true",
                ["write-cni-conf-when-ready"] = $"/host/etc/cni/net.d/{facts.CniConfFile}",
            },
        },
    };
}
