using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Tables;

internal static partial class TableColumns
{
    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> BuiltIn = new()
    {
        ["pods"] = PodColumns.All,
        ["nodes"] = NodeColumns.All,
        ["events"] =
        [
            new("Last Seen", "string", (e, now) => JsonValue.Create(TableColumn.AgeOf(e.Str("lastTimestamp") ?? e.Str("eventTime") ?? e.Str("series", "lastObservedTime"), now))),
            TableColumn.Text("Type", e => e.Str("type")),
            TableColumn.Text("Reason", e => e.Str("reason")),
            TableColumn.Text("Object", e => $"{e.Str("involvedObject", "kind")?.ToLowerInvariant()}/{e.Str("involvedObject", "name")}"),
            TableColumn.Text("Message", e => e.Str("message")?.Trim()),
        ],
        ["namespaces"] = [TableColumn.NameColumn, TableColumn.Text("Status", n => n.Str("status", "phase")), TableColumn.Age],
        ["configmaps"] = [TableColumn.NameColumn, Count("Data", c => (c.Obj("data")?.Count ?? 0) + (c.Obj("binaryData")?.Count ?? 0)), TableColumn.Age],
        ["secrets"] = [TableColumn.NameColumn, TableColumn.Text("Type", s => s.Str("type")), Count("Data", s => s.Obj("data")?.Count ?? 0), TableColumn.Age],
        ["serviceaccounts"] = [TableColumn.NameColumn, Count("Secrets", s => s.Arr("secrets")?.Count ?? 0), TableColumn.Age],
        ["services"] =
        [
            TableColumn.NameColumn,
            TableColumn.Text("Type", s => s.Str("spec", "type")),
            TableColumn.Text("Cluster-IP", s => s.Str("spec", "clusterIP")),
            TableColumn.Text("External-IP", s => s.Str("spec", "type") == "LoadBalancer" ? "<pending>" : s.Str("spec", "externalName")),
            TableColumn.Text("Port(s)", s => string.Join(',', s.Arr("spec", "ports").Objects().Select(p => p.Long("nodePort") is { } nodePort and > 0 ? $"{p.Long("port")}:{nodePort}/{p.Str("protocol")}" : $"{p.Long("port")}/{p.Str("protocol")}"))),
            TableColumn.Age,
            TableColumn.Text("Selector", s => MapText(s.Obj("spec", "selector")), wide: true),
        ],
        ["daemonsets.apps"] =
        [
            TableColumn.NameColumn,
            TableColumn.Number("Desired", d => d.Long("status", "desiredNumberScheduled")),
            TableColumn.Number("Current", d => d.Long("status", "currentNumberScheduled")),
            TableColumn.Number("Ready", d => d.Long("status", "numberReady")),
            TableColumn.Number("Up-to-date", d => d.Long("status", "updatedNumberScheduled")),
            TableColumn.Number("Available", d => d.Long("status", "numberAvailable")),
            TableColumn.Text("Node Selector", d => MapText(d.Obj("spec", "template", "spec", "nodeSelector"))),
            TableColumn.Age,
            .. Containers(),
        ],
        ["deployments.apps"] =
        [
            TableColumn.NameColumn,
            TableColumn.Text("Ready", d => $"{d.Long("status", "readyReplicas") ?? 0}/{d.Long("spec", "replicas") ?? 0}"),
            TableColumn.Number("Up-to-date", d => d.Long("status", "updatedReplicas")),
            TableColumn.Number("Available", d => d.Long("status", "availableReplicas")),
            TableColumn.Age,
            .. Containers(),
        ],
        ["replicasets.apps"] =
        [
            TableColumn.NameColumn,
            TableColumn.Number("Desired", d => d.Long("spec", "replicas")),
            TableColumn.Number("Current", d => d.Long("status", "replicas")),
            TableColumn.Number("Ready", d => d.Long("status", "readyReplicas")),
            TableColumn.Age,
            .. Containers(),
        ],
        ["statefulsets.apps"] = [TableColumn.NameColumn, TableColumn.Text("Ready", d => $"{d.Long("status", "readyReplicas") ?? 0}/{d.Long("spec", "replicas") ?? 0}"), TableColumn.Age],
        ["leases.coordination.k8s.io"] = [TableColumn.NameColumn, TableColumn.Text("Holder", l => l.Str("spec", "holderIdentity")), TableColumn.Age],
        ["rolebindings.rbac.authorization.k8s.io"] = [TableColumn.NameColumn, TableColumn.Text("Role", b => $"{b.Str("roleRef", "kind")}/{b.Str("roleRef", "name")}"), TableColumn.Age],
        ["clusterrolebindings.rbac.authorization.k8s.io"] = [TableColumn.NameColumn, TableColumn.Text("Role", b => $"{b.Str("roleRef", "kind")}/{b.Str("roleRef", "name")}"), TableColumn.Age],
        ["roles.rbac.authorization.k8s.io"] = [TableColumn.NameColumn, CreatedAt],
        ["clusterroles.rbac.authorization.k8s.io"] = [TableColumn.NameColumn, CreatedAt],
        ["customresourcedefinitions.apiextensions.k8s.io"] = [TableColumn.NameColumn, CreatedAt],
        ["poddisruptionbudgets.policy"] =
        [
            TableColumn.NameColumn,
            TableColumn.Text("Min Available", p => p.At("spec", "minAvailable")?.ToString() ?? "N/A"),
            TableColumn.Text("Max Unavailable", p => p.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            TableColumn.Number("Allowed Disruptions", p => p.Long("status", "disruptionsAllowed")),
            TableColumn.Age,
        ],
        ["priorityclasses.scheduling.k8s.io"] = [TableColumn.NameColumn, TableColumn.Number("Value", p => p.Long("value")), TableColumn.Age],
        ["jobs.batch"] =
        [
            TableColumn.NameColumn,
            TableColumn.Text("Status", j => j.Arr("status", "conditions").Objects().FirstOrDefault(c => c.Str("status") == "True")?.Str("type") ?? "Running"),
            TableColumn.Text("Completions", j => $"{j.Long("status", "succeeded") ?? 0}/{j.Long("spec", "completions") ?? 1}"),
            TableColumn.Age,
        ],
    };

    private static TableColumn CreatedAt => new("Created At", "date", (value, _) => value.At("metadata", "creationTimestamp")?.DeepClone());

    public static string MapText(JsonObject? map) => string.Join(',', (map ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static TableColumn Count(string name, Func<JsonObject, int> count) => new(name, "string", (value, _) => JsonValue.Create(count(value)));

    private static IEnumerable<TableColumn> Containers() =>
    [
        TableColumn.Text("Containers", d => string.Join(',', d.Arr("spec", "template", "spec", "containers").Objects().Select(c => c.Str("name"))), wide: true),
        TableColumn.Text("Images", d => string.Join(',', d.Arr("spec", "template", "spec", "containers").Objects().Select(c => c.Str("image"))), wide: true),
        TableColumn.Text("Selector", d => MapText(d.Obj("spec", "selector", "matchLabels")), wide: true),
    ];
}
