using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>Whether a pod may run on a node, as far as the node's own properties say.</summary>
internal static class NodeFit
{
    /// <summary>nodeSelector and required node affinity.</summary>
    public static bool Selects(JsonObject podSpec, JsonObject node) =>
        podSpec.Obj("nodeSelector").MatchesAll(key => node.Label(key))
        && RequiredTerms(podSpec) is var terms && (terms.Count == 0 || terms.Exists(term => Matches(term, node)));

    /// <summary>The node that a DaemonSet's pod is pinned to by its affinity, if any.</summary>
    public static string? PinnedNode(JsonObject podSpec) => RequiredTerms(podSpec)
        .SelectMany(term => term.Arr("matchFields").Objects())
        .Where(field => field.Str("key") == "metadata.name" && field.Str("operator") == "In")
        .Select(field => field.Arr("values").Strings().FirstOrDefault())
        .FirstOrDefault();

    private static List<JsonObject> RequiredTerms(JsonObject podSpec) =>
        [.. podSpec.Arr("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Objects()];

    private static bool Matches(JsonObject term, JsonObject node) =>
        term.Arr("matchExpressions").Objects().All(expression => Matches(expression, node.Label(expression.Str("key") ?? "")))
        && term.Arr("matchFields").Objects().All(field => Matches(field, node.Name()));

    private static bool Matches(JsonObject expression, string? value)
    {
        var values = expression.Arr("values").Strings().ToList();
        return expression.Str("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Number(value) > Number(values.FirstOrDefault()),
            "Lt" => Number(value) < Number(values.FirstOrDefault()),
            _ => false,
        };
    }

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>matchLabels and matchExpressions against a pod's labels; an absent selector matches nothing.</summary>
    public static bool SelectorMatches(JsonObject? selector, JsonObject pod) =>
        selector is not null
        && selector.Obj("matchLabels").MatchesAll(key => pod.Label(key))
        && selector.Arr("matchExpressions").Objects().All(expression => Matches(expression, pod.Label(expression.Str("key") ?? "")));

    private static bool MatchesAll(this JsonObject? wanted, Func<string, string?> value) =>
        wanted is null || wanted.All(pair => pair.Value.AsString() == value(pair.Key));

    /// <summary>What the DaemonSet controller lets its pods tolerate besides what their template says.</summary>
    public static JsonArray DaemonTolerations(JsonObject podSpec)
    {
        var tolerations = new JsonArray([.. podSpec.Arr("tolerations").Objects().Select(JsonNode (toleration) => toleration.DeepClone())]);
        void Add(string key, string effect) => tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        Add("node.kubernetes.io/not-ready", "NoExecute");
        Add("node.kubernetes.io/unreachable", "NoExecute");
        Add("node.kubernetes.io/disk-pressure", "NoSchedule");
        Add("node.kubernetes.io/memory-pressure", "NoSchedule");
        Add("node.kubernetes.io/pid-pressure", "NoSchedule");
        Add("node.kubernetes.io/unschedulable", "NoSchedule");
        if (podSpec.Bool("hostNetwork") == true)
        {
            Add("node.kubernetes.io/network-unavailable", "NoSchedule");
        }

        return tolerations;
    }

    public static bool DaemonRunsOn(JsonObject podSpec, IReadOnlyList<JsonObject> tolerations, JsonObject node) =>
        Selects(podSpec, node) && NodeTaints.Untolerated(node, tolerations) is null;
}
