using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Tables;

internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static readonly IReadOnlyList<TableColumn> All =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Status", Status),
        TableColumn.Text("Roles", node => string.Join(',', (node.Obj("metadata", "labels") ?? []).Select(pair => pair.Key).Where(key => key.StartsWith(RolePrefix, StringComparison.Ordinal)).Select(key => key[RolePrefix.Length..]).Order(StringComparer.Ordinal))),
        TableColumn.Age,
        TableColumn.Text("Version", node => node.Str("status", "nodeInfo", "kubeletVersion")),
        TableColumn.Text("Internal-IP", node => Address(node, "InternalIP"), wide: true),
        TableColumn.Text("External-IP", node => Address(node, "ExternalIP"), wide: true),
        TableColumn.Text("OS-Image", node => node.Str("status", "nodeInfo", "osImage"), wide: true),
        TableColumn.Text("Kernel-Version", node => node.Str("status", "nodeInfo", "kernelVersion"), wide: true),
        TableColumn.Text("Container-Runtime", node => node.Str("status", "nodeInfo", "containerRuntimeVersion"), wide: true),
    ];

    private static string Status(JsonObject node)
    {
        var ready = node.Arr("status", "conditions").Objects().FirstOrDefault(condition => condition.Str("type") == "Ready")?.Str("status");
        var text = ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        return node.Bool("spec", "unschedulable") == true ? $"{text},SchedulingDisabled" : text;
    }

    private static string? Address(JsonObject node, string type) =>
        node.Arr("status", "addresses").Objects().FirstOrDefault(address => address.Str("type") == type)?.Str("address");
}
