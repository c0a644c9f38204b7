using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>
/// Binds pods: node selection, taints, cordons, required affinity and anti-affinity between pods on a host, host ports.
/// A pod that fits nowhere waits with the real scheduler's condition and is tried again when nodes or pods change.
/// </summary>
internal sealed class Scheduler(World world) : Actor(world)
{
    // Stands for all pods that wait, so that a thousand changes of nodes are one look at them.
    private static readonly ObjectKey Waiting = new("", "");

    public override void Observe(Change change)
    {
        var value = change.Object.Value;
        if (change.Resource == "pods" && change.Type != ChangeType.Deleted && string.IsNullOrEmpty(value.Str("spec", "nodeName")))
        {
            if (change.Type == ChangeType.Added)
            {
                LookAt(change.Object.Key);
            }
        }
        else if (change.Resource is "nodes" || (change.Resource == "pods" && (change.Type == ChangeType.Deleted || string.IsNullOrEmpty(change.Previous?.Value.Str("spec", "nodeName")))))
        {
            LookAt(Waiting);
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (key == Waiting)
        {
            foreach (var waiting in View.PodsOn(""))
            {
                LookAt(new ObjectKey(waiting.Namespace() ?? "", waiting.Name()));
            }

            return;
        }

        if (Store.Get("pods", key.Namespace, key.Name) is not { } pod || pod.IsDeleting() || pod.Str("spec", "nodeName") is { Length: > 0 })
        {
            return;
        }

        var spec = pod.Obj("spec")!;
        var tolerations = spec.Arr("tolerations").Objects().ToList();
        var candidates = NodeFit.PinnedNode(spec) is { } pinned ? (View.Node(pinned) is { } only ? [only] : []) : View.Nodes;
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        JsonObject? best = null;
        var bestLoad = int.MaxValue;
        foreach (var node in candidates)
        {
            if (Refuse(pod, spec, tolerations, node) is { } why)
            {
                refused[why] = refused.GetValueOrDefault(why) + 1;
                continue;
            }

            var load = candidates.Count == 1 ? 0 : View.PodsOn(node.Name()).Count();
            if (load < bestLoad)
            {
                (best, bestLoad) = (node, load);
            }
        }

        if (best is null)
        {
            MarkUnschedulable(key, refused);
        }
        else
        {
            var node = best.Name();
            Store.Modify("pods", key.Namespace, key.Name, value => value.Ensure("spec")["nodeName"] = node, "binding");
            World.View.Bind(key, node);
        }
    }

    private string? Refuse(JsonObject pod, JsonObject spec, List<JsonObject> tolerations, JsonObject node)
    {
        if (!NodeFit.Selects(spec, node))
        {
            return "node(s) didn't match Pod's node affinity/selector";
        }

        if (node.Bool("spec", "unschedulable") == true
            && !NodeTaints.Tolerates(tolerations, new JsonObject { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" }))
        {
            return "node(s) were unschedulable";
        }

        if (NodeTaints.Untolerated(node, tolerations) is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Str("key")}: {taint.Str("value")}}}";
        }

        var neighbours = View.PodsOn(node.Name()).Where(PodTemplates.IsActive).ToList();
        if (Terms(spec, "podAntiAffinity").Any(term => neighbours.Exists(other => Matches(term, pod, other))))
        {
            return "node(s) didn't match pod anti-affinity rules";
        }

        if (Terms(spec, "podAffinity").Any(term => !neighbours.Exists(other => Matches(term, pod, other))))
        {
            return "node(s) didn't match pod affinity rules";
        }

        var ports = HostPorts(spec);
        return ports.Count > 0 && neighbours.Exists(other => HostPorts(other.Obj("spec")!).Overlaps(ports))
            ? "node(s) didn't have free ports for the requested pod ports"
            : null;
    }

    private static IEnumerable<JsonObject> Terms(JsonObject spec, string kind) =>
        spec.Arr("affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution").Objects()
            .Where(term => term.Str("topologyKey") == "kubernetes.io/hostname");

    private static bool Matches(JsonObject term, JsonObject pod, JsonObject other)
    {
        var namespaces = term.Arr("namespaces").Strings().ToList();
        return (namespaces.Count == 0 ? other.Namespace() == pod.Namespace() : namespaces.Contains(other.Namespace() ?? ""))
            && NodeFit.SelectorMatches(term.Obj("labelSelector"), other);
    }

    private static HashSet<string> HostPorts(JsonObject spec) =>
    [
        .. spec.Arr("containers").Objects().SelectMany(container => container.Arr("ports").Objects())
            .Select(port => (Port: port.Long("hostPort") ?? 0, Protocol: port.Str("protocol") ?? "TCP"))
            .Where(port => port.Port > 0)
            .Select(port => string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}")),
    ];

    private void MarkUnschedulable(ObjectKey key, SortedDictionary<string, int> refused)
    {
        var reasons = refused.Count == 0 ? "no nodes available to schedule pods" : string.Join(", ", refused.Select(pair => $"{pair.Value} {pair.Key}"));
        var message = $"0/{View.Nodes.Count} nodes are available: {reasons}.";
        var now = PodStatus.Stamp(Now);
        Store.ModifyStatus("pods", key.Namespace, key.Name, pod =>
        {
            pod.Ensure("status")["phase"] = "Pending";
            var before = pod.Arr("status", "conditions").Objects().FirstOrDefault(condition => condition.Str("type") == "PodScheduled");
            pod.Ensure("status")["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = before?.Str("lastTransitionTime") ?? now,
                ["reason"] = "Unschedulable",
                ["message"] = message,
            });
        });
    }
}
