using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>DaemonSets: one pod per eligible node, rolled in batches of maxUnavailable, with the status fields exactly as the real controller counts them.</summary>
internal sealed class DaemonSetController(World world) : Actor(world)
{
    private const string Resource = "daemonsets.apps";
    private const string HashLabel = "controller-revision-hash";
    private readonly Dictionary<ObjectKey, string> sets = [];

    public override void Observe(Change change)
    {
        switch (change.Resource)
        {
            case Resource:
                if (change.Type == ChangeType.Deleted)
                {
                    sets.Remove(change.Object.Key);
                }
                else
                {
                    sets[change.Object.Key] = change.Object.Value.Uid();
                    LookAt(change.Object.Key);
                }

                break;
            case "nodes" when change.Type != ChangeType.Modified || Eligibility(change.Object.Value) != Eligibility(change.Previous?.Value):
                foreach (var key in sets.Keys)
                {
                    LookAt(key);
                }

                break;
            case "pods" when change.Object.Value.OwnerReferences().FirstOrDefault(owner => owner.Str("kind") == "DaemonSet") is { } owner:
                LookAt(new ObjectKey(change.Object.Key.Namespace, owner.Str("name") ?? ""));
                break;
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Get(Resource, key.Namespace, key.Name) is not { } set || set.IsDeleting() || set.Obj("spec", "template", "spec") is not { } podSpec)
        {
            return;
        }

        var hash = PodTemplates.Hash(set.Obj("spec", "template"));
        EnsureRevision(set, hash);
        var tolerations = NodeFit.DaemonTolerations(podSpec).Objects().ToList();
        var byNode = View.PodsOwnedBy(set.Uid()).ToLookup(NodeOf);
        var plan = new Rollout();
        foreach (var node in View.Nodes)
        {
            Place(set, node, NodeFit.DaemonRunsOn(podSpec, tolerations, node), byNode[node.Name()], hash, tolerations, plan);
        }

        foreach (var orphan in byNode.Where(group => View.Node(group.Key) is null).SelectMany(group => group))
        {
            Delete(orphan);
        }

        if (set.Str("spec", "updateStrategy", "type") != "OnDelete")
        {
            Roll(set, plan);
        }

        WriteStatus(set, plan);
        if (plan.NextAvailable is { } next && next != DateTimeOffset.MaxValue)
        {
            LookAgainAt(key, next);
        }
    }

    private void Place(JsonObject set, JsonObject node, bool wanted, IEnumerable<JsonObject> pods, string hash, IReadOnlyList<JsonObject> tolerations, Rollout plan)
    {
        var present = pods.ToList();
        var active = present.FirstOrDefault(pod => !pod.IsDeleting());
        foreach (var failed in present.Where(pod => !pod.IsDeleting() && pod.Str("status", "phase") is "Failed" or "Succeeded"))
        {
            Delete(failed);
            active = active == failed ? null : active;
        }

        if (!wanted)
        {
            // A pod counts until it is gone from the API, also while its processes end.
            plan.Misscheduled += present.Count > 0 ? 1 : 0;
            if (active is not null)
            {
                Delete(active);
            }

            return;
        }

        plan.Desired++;
        plan.Current += present.Count > 0 ? 1 : 0;
        if (active is null)
        {
            // The old pod has to be gone first: two agents of one node would fight over its ports.
            if (present.Count == 0)
            {
                Create(set, node.Name(), hash, tolerations);
            }

            return;
        }

        var minReady = set.Long("spec", "minReadySeconds") ?? 0;
        var available = PodTemplates.IsAvailable(active, minReady, Now);
        if (PodTemplates.IsReady(active))
        {
            plan.Ready++;
            plan.NoteAvailableAt(PodTemplates.AvailableAt(active, minReady), Now);
        }

        plan.Available += available ? 1 : 0;
        if (active.Label(HashLabel) == hash)
        {
            plan.Updated++;
        }
        else
        {
            plan.Old.Add((active, available));
        }
    }

    /// <summary>Deletes old pods: the broken ones at once, working ones as far as maxUnavailable allows.</summary>
    private void Roll(JsonObject set, Rollout plan)
    {
        var max = PodTemplates.IntOrPercent(set["spec"]!["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"], plan.Desired, roundUp: true, fallback: 1);
        var budget = Math.Max(max, 0) - (plan.Desired - plan.Available);
        foreach (var (pod, available) in plan.Old)
        {
            if (!available || budget-- > 0)
            {
                Delete(pod);
            }
        }
    }

    private void Create(JsonObject set, string node, string hash, IReadOnlyList<JsonObject> tolerations)
    {
        var pod = PodTemplates.NewPod(set, "DaemonSet", $"{set.Name()}-{World.Suffix()}");
        var labels = pod.Ensure("metadata", "labels");
        labels[HashLabel] = hash;
        labels["pod-template-generation"] = set.Generation().ToString(CultureInfo.InvariantCulture);
        var spec = pod.Ensure("spec");
        spec["tolerations"] = new JsonArray([.. tolerations.Select(JsonNode (toleration) => toleration.DeepClone())]);
        spec.Ensure("affinity")["nodeAffinity"] = new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
            {
                ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                {
                    ["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray((JsonNode)node) }),
                }),
            },
        };
        Store.Create("pods", pod);
    }

    private void Delete(JsonObject pod) => Store.Delete("pods", pod.Namespace(), pod.Name(), new DeleteOptions { Uid = pod.Uid() });

    private static string NodeOf(JsonObject pod) =>
        pod.Str("spec", "nodeName") is { Length: > 0 } node ? node : NodeFit.PinnedNode(pod.Obj("spec")!) ?? "";

    /// <summary>What of a node decides where daemon pods run.</summary>
    private static string Eligibility(JsonObject? node) => node is null ? "" : $"{node.Obj("metadata", "labels")?.ToJsonString()}{node.Arr("spec", "taints")?.ToJsonString()}";

    private void EnsureRevision(JsonObject set, string hash)
    {
        var name = $"{set.Name()}-{hash}";
        if (Store.Get("controllerrevisions.apps", set.Namespace(), name) is not null)
        {
            return;
        }

        var revisions = Store.List("controllerrevisions.apps", set.Namespace()).Count(revision => ClusterView.ControllerUid(revision) == set.Uid());
        Store.Create("controllerrevisions.apps", new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = set.Namespace(),
                ["labels"] = new JsonObject { [HashLabel] = hash },
                ["ownerReferences"] = new JsonArray(PodTemplates.OwnerReference(set, "DaemonSet")),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = set.Obj("spec", "template")!.DeepClone() } },
            ["revision"] = revisions + 1,
        });
    }

    private void WriteStatus(JsonObject set, Rollout plan)
    {
        var status = new JsonObject
        {
            ["currentNumberScheduled"] = plan.Current,
            ["numberMisscheduled"] = plan.Misscheduled,
            ["desiredNumberScheduled"] = plan.Desired,
            ["numberReady"] = plan.Ready,
            ["observedGeneration"] = set.Generation(),
        };

        // These are left out when zero, as omitempty does.
        void Add(string field, int value)
        {
            if (value != 0)
            {
                status[field] = value;
            }
        }

        Add("updatedNumberScheduled", plan.Updated);
        Add("numberAvailable", plan.Available);
        Add("numberUnavailable", plan.Desired - plan.Available);
        PodTemplates.SetStatus(World, Resource, set, status);
    }

    private sealed class Rollout
    {
        public int Desired { get; set; }

        public int Current { get; set; }

        public int Misscheduled { get; set; }

        public int Ready { get; set; }

        public int Available { get; set; }

        public int Updated { get; set; }

        public List<(JsonObject Pod, bool Available)> Old { get; } = [];

        public DateTimeOffset? NextAvailable { get; private set; }

        public void NoteAvailableAt(DateTimeOffset time, DateTimeOffset now)
        {
            if (time > now && (NextAvailable is null || time < NextAvailable))
            {
                NextAvailable = time;
            }
        }
    }
}
