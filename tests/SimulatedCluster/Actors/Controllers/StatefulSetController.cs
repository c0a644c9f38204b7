using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>StatefulSets: pods by ordinal, one after the other; a pod that does not get ready stops its own update, as in reality.</summary>
internal sealed class StatefulSetController(World world) : Actor(world)
{
    private const string Resource = "statefulsets.apps";
    private const string HashLabel = "controller-revision-hash";

    public override void Observe(Change change)
    {
        if (change.Resource == Resource)
        {
            LookAt(change.Object.Key);
        }
        else if (change.Resource == "pods" && change.Object.Value.OwnerReferences().FirstOrDefault(owner => owner.Str("kind") == "StatefulSet") is { } owner)
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

        var revision = $"{set.Name()}-{PodTemplates.Hash(set.Obj("spec", "template"))}";
        var wanted = (int)(set.Long("spec", "replicas") ?? 1);
        var parallel = set.Str("spec", "podManagementPolicy") == "Parallel";
        var pods = View.PodsOwnedBy(set.Uid()).ToDictionary(pod => pod.Name());
        var ready = 0;
        var blocked = false;
        for (var ordinal = 0; ordinal < wanted && (!blocked || parallel); ordinal++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");
            if (!pods.TryGetValue(name, out var pod))
            {
                Create(set, name, revision);
                blocked = true;
            }
            else if (!PodTemplates.IsReady(pod) || pod.IsDeleting())
            {
                blocked = true;
            }
        }

        ready = pods.Values.Count(pod => PodTemplates.IsReady(pod) && !pod.IsDeleting());
        var surplus = pods.Values.Where(pod => Ordinal(pod) >= wanted && !pod.IsDeleting()).OrderByDescending(Ordinal).FirstOrDefault();
        if (surplus is not null)
        {
            Store.Delete("pods", key.Namespace, surplus.Name());
        }
        else if (!blocked && set.Str("spec", "updateStrategy", "type") != "OnDelete")
        {
            var outdated = pods.Values.Where(pod => pod.Label(HashLabel) != revision && !pod.IsDeleting()).OrderByDescending(Ordinal).FirstOrDefault();
            if (outdated is not null)
            {
                Store.Delete("pods", key.Namespace, outdated.Name());
            }
        }

        WriteStatus(set, pods.Values, revision, ready, wanted);
    }

    private static int Ordinal(JsonObject pod) => int.Parse(pod.Name()[(pod.Name().LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    private void Create(JsonObject set, string name, string revision)
    {
        var pod = PodTemplates.NewPod(set, "StatefulSet", name);
        var labels = pod.Ensure("metadata", "labels");
        labels[HashLabel] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = name[(name.LastIndexOf('-') + 1)..];
        pod.Ensure("spec")["hostname"] = name;
        Store.Create("pods", pod);
    }

    private void WriteStatus(JsonObject set, Dictionary<string, JsonObject>.ValueCollection pods, string revision, int ready, int wanted)
    {
        var updated = pods.Count(pod => pod.Label(HashLabel) == revision);
        var done = updated == wanted && pods.Count == wanted;
        var status = new JsonObject
        {
            ["observedGeneration"] = set.Generation(),
            ["replicas"] = pods.Count,
            ["availableReplicas"] = ready,
            ["collisionCount"] = 0,
            ["currentRevision"] = done ? revision : set.Str("status", "currentRevision") ?? revision,
            ["updateRevision"] = revision,
        };
        if (ready > 0)
        {
            status["readyReplicas"] = ready;
        }

        if (updated > 0)
        {
            status["updatedReplicas"] = updated;
        }

        var current = done ? updated : pods.Count - updated;
        if (current > 0)
        {
            status["currentReplicas"] = current;
        }

        PodTemplates.SetStatus(World, Resource, set, status);
    }
}
