using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>ReplicaSets: the wanted number of pods; surplus is taken from the pods that are not ready first.</summary>
internal sealed class ReplicaSetController(World world) : Actor(world)
{
    private const string Resource = "replicasets.apps";

    public override void Observe(Change change)
    {
        if (change.Resource == Resource)
        {
            LookAt(change.Object.Key);
        }
        else if (change.Resource == "pods" && change.Object.Value.OwnerReferences().FirstOrDefault(owner => owner.Str("kind") == "ReplicaSet") is { } owner)
        {
            LookAt(new ObjectKey(change.Object.Key.Namespace, owner.Str("name") ?? ""));
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Get(Resource, key.Namespace, key.Name) is not { } set || set.IsDeleting())
        {
            return;
        }

        var pods = View.PodsOwnedBy(set.Uid()).Where(PodTemplates.IsActive).ToList();
        var wanted = (int)(set.Long("spec", "replicas") ?? 1);
        for (var missing = wanted - pods.Count; missing > 0; missing--)
        {
            Store.Create("pods", PodTemplates.NewPod(set, "ReplicaSet", $"{set.Name()}-{World.Suffix()}"));
        }

        foreach (var surplus in pods.OrderBy(Worth).Take(Math.Max(0, pods.Count - wanted)))
        {
            Store.Delete("pods", key.Namespace, surplus.Name());
        }

        var minReady = set.Long("spec", "minReadySeconds") ?? 0;
        var status = new JsonObject { ["replicas"] = pods.Count };
        Count(status, "fullyLabeledReplicas", pods.Count);
        Count(status, "readyReplicas", pods.Count(PodTemplates.IsReady));
        Count(status, "availableReplicas", pods.Count(pod => PodTemplates.IsAvailable(pod, minReady, Now)));
        status["observedGeneration"] = set.Generation();
        PodTemplates.SetStatus(World, Resource, set, status);
        var next = pods.Select(pod => PodTemplates.AvailableAt(pod, minReady)).Where(time => time > Now && time < DateTimeOffset.MaxValue).ToList();
        if (next.Count > 0)
        {
            LookAgainAt(key, next.Min());
        }
    }

    /// <summary>Unscheduled pods go first, then those not ready.</summary>
    private static int Worth(JsonObject pod) => PodTemplates.IsReady(pod) ? 2 : string.IsNullOrEmpty(pod.Str("spec", "nodeName")) ? 0 : 1;

    private static void Count(JsonObject status, string field, int value)
    {
        if (value != 0)
        {
            status[field] = value;
        }
    }
}
