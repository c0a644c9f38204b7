using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>PodDisruptionBudgets: how many of their pods may be away. Without it, an eviction is refused for ever.</summary>
internal sealed class DisruptionController(World world) : Actor(world)
{
    private const string Resource = "poddisruptionbudgets.policy";

    private readonly HashSet<ObjectKey> budgets = [];

    public override void Observe(Change change)
    {
        if (change.Resource == Resource)
        {
            _ = change.Type == ChangeType.Deleted ? budgets.Remove(change.Object.Key) : budgets.Add(change.Object.Key);
            LookAt(change.Object.Key);
        }
        else if (change.Resource == "pods")
        {
            foreach (var key in budgets.Where(key => key.Namespace == change.Object.Key.Namespace))
            {
                LookAt(key);
            }
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Get(Resource, key.Namespace, key.Name) is not { } budget || LabelSelector.From(budget.Obj("spec", "selector")) is not { } selector)
        {
            return;
        }

        var pods = Store.List("pods", key.Namespace).Where(pod => selector.Matches(pod.Obj("metadata", "labels")) && PodTemplates.IsActive(pod)).ToList();
        var known = Store.List("pods", key.Namespace).Where(pod => !pod.IsDeleting()).Select(pod => pod.Name()).ToHashSet();

        // Evicted and not yet marked as such: counted as away. Whoever is gone is counted by being gone.
        var disrupted = (budget.Obj("status", "disruptedPods") ?? []).Where(pair => known.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value?.DeepClone());
        var byScale = budget["spec"]!["maxUnavailable"] is not null || budget.Str("spec", "minAvailable")?.EndsWith('%') == true;
        var expected = byScale ? Scale(pods) : pods.Count;
        var desired = budget["spec"]!["maxUnavailable"] is { } most ? Math.Max(0, expected - Count(most, expected)) : Count(budget["spec"]!["minAvailable"], expected);
        var healthy = pods.Count(pod => PodTemplates.IsReady(pod) && !disrupted.ContainsKey(pod.Name()));
        var status = new JsonObject
        {
            ["observedGeneration"] = budget.Generation(),
            ["currentHealthy"] = healthy,
            ["desiredHealthy"] = desired,
            ["disruptionsAllowed"] = Math.Max(0, healthy - desired),
            ["expectedPods"] = expected,
        };
        if (disrupted.Count > 0)
        {
            status["disruptedPods"] = new JsonObject(disrupted);
        }

        PodTemplates.SetStatus(World, Resource, budget, status);
    }

    /// <summary>As many as the owners want, not as many as there happen to be.</summary>
    private int Scale(List<JsonObject> pods)
    {
        var total = 0;
        foreach (var owner in pods.SelectMany(pod => pod.OwnerReferences()).Where(owner => owner.Bool("controller") == true).DistinctBy(owner => owner.Str("uid")))
        {
            var resource = owner.Str("kind") switch { "ReplicaSet" => "replicasets.apps", "StatefulSet" => "statefulsets.apps", _ => null };
            total += resource is null ? 0 : (int)(Store.Get(resource, pods[0].Namespace(), owner.Str("name") ?? "").Long("spec", "replicas") ?? 0);
        }

        return total;
    }

    private static int Count(JsonNode? value, int of)
    {
        var text = value?.ToString() ?? "0";
        return text.EndsWith('%')
            ? (int)Math.Ceiling(of * int.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture) / 100.0)
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}
