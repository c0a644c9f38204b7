using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Nodes;

internal readonly record struct NodeTaint(string Key, string Effect);

/// <summary>Taints of nodes and what tolerates them.</summary>
internal static class NodeTaints
{
    /// <summary>Makes the taints whose key is <paramref name="owned"/> be exactly <paramref name="wanted"/>; writes only on a difference.</summary>
    public static void Replace(ObjectStore store, JsonObject node, Func<string, bool> owned, IReadOnlyList<NodeTaint> wanted)
    {
        var present = node.Arr("spec", "taints").Objects()
            .Where(taint => owned(taint.Str("key") ?? ""))
            .Select(taint => new NodeTaint(taint.Str("key")!, taint.Str("effect") ?? ""));
        if (present.ToHashSet().SetEquals(wanted))
        {
            return;
        }

        store.Modify("nodes", null, node.Name(), value =>
        {
            var taints = value.Arr("spec", "taints").Objects()
                .Where(taint => !owned(taint.Str("key") ?? ""))
                .Select(JsonNode (taint) => taint.DeepClone())
                .Concat(wanted.Select(JsonNode (taint) => new JsonObject { ["key"] = taint.Key, ["effect"] = taint.Effect }))
                .ToArray();
            value.Ensure("spec").Remove("taints");
            if (taints.Length > 0)
            {
                value.Ensure("spec")["taints"] = new JsonArray(taints);
            }
        });
    }

    public static bool Tolerates(IEnumerable<JsonObject> tolerations, JsonObject taint) => tolerations.Any(toleration =>
        (toleration.Str("effect") is not { Length: > 0 } effect || effect == taint.Str("effect"))
        && (toleration.Str("key") is not { Length: > 0 } key ? toleration.Str("operator") == "Exists" : key == taint.Str("key"))
        && (toleration.Str("operator") == "Exists" || (toleration.Str("value") ?? "") == (taint.Str("value") ?? "")));

    /// <summary>The first taint that keeps the pod away.</summary>
    public static JsonObject? Untolerated(JsonObject node, IReadOnlyList<JsonObject> tolerations) =>
        node.Arr("spec", "taints").Objects().FirstOrDefault(taint =>
            taint.Str("effect") is "NoSchedule" or "NoExecute" && !Tolerates(tolerations, taint));
}
