using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>Deployments: a ReplicaSet per template, moved over within maxSurge and maxUnavailable, with Available and Progressing.</summary>
internal sealed class DeploymentController(World world) : Actor(world)
{
    private const string Resource = "deployments.apps";
    private const string Sets = "replicasets.apps";
    private const string HashLabel = "pod-template-hash";
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    public override void Observe(Change change)
    {
        if (change.Resource == Resource)
        {
            LookAt(change.Object.Key);
        }
        else if (change.Resource == Sets && change.Object.Value.OwnerReferences().FirstOrDefault(owner => owner.Str("kind") == "Deployment") is { } owner)
        {
            LookAt(new ObjectKey(change.Object.Key.Namespace, owner.Str("name") ?? ""));
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Get(Resource, key.Namespace, key.Name) is not { } deployment || deployment.IsDeleting() || deployment.Bool("spec", "paused") == true)
        {
            return;
        }

        var hash = PodTemplates.Hash(deployment.Obj("spec", "template"));
        var sets = Store.List(Sets, key.Namespace).Where(set => ClusterView.ControllerUid(set) == deployment.Uid()).ToList();
        var current = sets.FirstOrDefault(set => set.Label(HashLabel) == hash) ?? CreateSet(deployment, hash, sets);
        var old = sets.Where(set => set.Name() != current.Name()).ToList();
        var wanted = (int)(deployment.Long("spec", "replicas") ?? 1);
        if (deployment.Str("spec", "strategy", "type") == "Recreate")
        {
            old.ForEach(set => Scale(set, 0));
            Scale(current, old.TrueForAll(set => (set.Long("status", "replicas") ?? 0) == 0) ? wanted : 0);
        }
        else
        {
            Roll(deployment, current, old, wanted);
        }

        WriteStatus(deployment, current, sets, wanted);
    }

    private void Roll(JsonObject deployment, JsonObject current, List<JsonObject> old, int wanted)
    {
        var strategy = deployment["spec"]!["strategy"]?["rollingUpdate"];
        var surge = PodTemplates.IntOrPercent(strategy?["maxSurge"], wanted, roundUp: true, PodTemplates.IntOrPercent("25%", wanted, roundUp: true, 1));
        var unavailable = PodTemplates.IntOrPercent(strategy?["maxUnavailable"], wanted, roundUp: false, PodTemplates.IntOrPercent("25%", wanted, roundUp: false, 0));
        if (surge == 0 && unavailable == 0)
        {
            unavailable = 1;
        }

        var have = Replicas(current);
        var total = have + old.Sum(Replicas);
        if (have < wanted)
        {
            have += Math.Min(wanted - have, Math.Max(0, wanted + surge - total));
        }

        Scale(current, have > wanted ? wanted : have);
        var available = (int)((current.Long("status", "availableReplicas") ?? 0) + old.Sum(set => set.Long("status", "availableReplicas") ?? 0));
        foreach (var set in old.Where(set => Replicas(set) > 0))
        {
            // Pods that don't work cost nothing to remove.
            var working = (int)(set.Long("status", "availableReplicas") ?? 0);
            var free = Math.Max(0, available - (wanted - unavailable));
            var keep = Math.Max(0, working - Math.Min(working, free));
            available -= working - keep;
            Scale(set, keep);
        }
    }

    private static int Replicas(JsonObject set) => (int)(set.Long("spec", "replicas") ?? 0);

    private void Scale(JsonObject set, int replicas)
    {
        if (Replicas(set) != replicas)
        {
            Store.Modify(Sets, set.Namespace(), set.Name(), value => value.Ensure("spec")["replicas"] = replicas);
        }
    }

    private JsonObject CreateSet(JsonObject deployment, string hash, List<JsonObject> sets)
    {
        var revision = (sets.Count + 1).ToString(CultureInfo.InvariantCulture);
        var template = deployment.Obj("spec", "template")!.DeepClone();
        ((JsonObject)template).Ensure("metadata", "labels")[HashLabel] = hash;
        var selector = (JsonObject)deployment.Obj("spec", "selector")!.DeepClone();
        selector.Ensure("matchLabels")[HashLabel] = hash;
        var labels = (JsonObject?)deployment.Obj("spec", "template", "metadata", "labels")?.DeepClone() ?? [];
        labels[HashLabel] = hash;
        Store.Modify(Resource, deployment.Namespace(), deployment.Name(), value => value.Ensure("metadata", "annotations")[RevisionAnnotation] = revision);
        var set = Store.Create(Sets, new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Namespace(),
                ["labels"] = labels,
                ["annotations"] = new JsonObject { [RevisionAnnotation] = revision },
                ["ownerReferences"] = new JsonArray(PodTemplates.OwnerReference(deployment, "Deployment")),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template, ["minReadySeconds"] = deployment.Long("spec", "minReadySeconds") ?? 0 },
        });
        sets.Add(set);
        return set;
    }

    private void WriteStatus(JsonObject deployment, JsonObject current, List<JsonObject> sets, int wanted)
    {
        int Sum(string field) => (int)sets.Sum(set => set.Long("status", field) ?? 0);
        var available = Sum("availableReplicas");
        var updated = (int)(current.Long("status", "replicas") ?? 0);
        var status = new JsonObject { ["observedGeneration"] = deployment.Generation() };
        void Add(string field, int value)
        {
            if (value > 0)
            {
                status[field] = value;
            }
        }

        Add("replicas", Sum("replicas"));
        Add("updatedReplicas", updated);
        Add("readyReplicas", Sum("readyReplicas"));
        Add("availableReplicas", available);
        Add("unavailableReplicas", Math.Max(0, Math.Max(wanted, Sum("replicas")) - available));
        var unavailable = PodTemplates.IntOrPercent(deployment["spec"]!["strategy"]?["rollingUpdate"]?["maxUnavailable"], wanted, roundUp: false, wanted / 4);
        var enough = available >= wanted - unavailable;
        var complete = updated == wanted && available == wanted && Sum("replicas") == wanted;
        status["conditions"] = new JsonArray(
            Condition(deployment, "Available", enough ? "True" : "False", enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability."),
            Progress(deployment, current, complete));
        PodTemplates.SetStatus(World, Resource, deployment, status);
    }

    private JsonObject Progress(JsonObject deployment, JsonObject current, bool complete)
    {
        if (complete)
        {
            return Condition(deployment, "Progressing", "True", "NewReplicaSetAvailable", $"ReplicaSet \"{current.Name()}\" has successfully progressed.");
        }

        // Progress is a new ReplicaSet or another number of available pods; without any the deadline passes.
        var before = deployment.Arr("status", "conditions").Objects().FirstOrDefault(condition => condition.Str("type") == "Progressing");
        var progressed = before is null || before.Str("reason") == "NewReplicaSetAvailable"
            || (current.Long("status", "availableReplicas") ?? 0) > (deployment.Long("status", "availableReplicas") ?? 0);
        var since = progressed ? Now : DateTimeOffset.Parse(before!.Str("lastUpdateTime")!, CultureInfo.InvariantCulture);
        var deadline = since.AddSeconds(deployment.Long("spec", "progressDeadlineSeconds") ?? 600);
        if (Now >= deadline)
        {
            return Condition(deployment, "Progressing", "False", "ProgressDeadlineExceeded", $"ReplicaSet \"{current.Name()}\" has timed out progressing.");
        }

        LookAgainAt(new ObjectKey(deployment.Namespace() ?? "", deployment.Name()), deadline);
        return Condition(deployment, "Progressing", "True", "ReplicaSetUpdated", $"ReplicaSet \"{current.Name()}\" is progressing.", touch: progressed);
    }

    private JsonObject Condition(JsonObject deployment, string type, string value, string reason, string message, bool touch = false)
    {
        var before = deployment.Arr("status", "conditions").Objects().FirstOrDefault(condition => condition.Str("type") == type);
        var now = PodStatus.Stamp(Now);
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastUpdateTime"] = !touch && before?.Str("reason") == reason ? before.Str("lastUpdateTime") : now,
            ["lastTransitionTime"] = before?.Str("status") == value ? before.Str("lastTransitionTime") : now,
            ["reason"] = reason,
            ["message"] = message,
        };
    }
}
