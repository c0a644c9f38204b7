using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Actors.Controllers;

/// <summary>Jobs with one completion, as Helm hooks and clean-up tasks use them.</summary>
internal sealed class JobController(World world) : Actor(world)
{
    private const string Resource = "jobs.batch";

    public override void Observe(Change change)
    {
        if (change.Resource == Resource)
        {
            LookAt(change.Object.Key);
        }
        else if (change.Resource == "pods" && change.Object.Value.OwnerReferences().FirstOrDefault(owner => owner.Str("kind") == "Job") is { } owner)
        {
            LookAt(new ObjectKey(change.Object.Key.Namespace, owner.Str("name") ?? ""));
        }
    }

    protected override void Reconcile(ObjectKey key)
    {
        if (Store.Get(Resource, key.Namespace, key.Name) is not { } job || job.IsDeleting() || job.Arr("status", "conditions") is { Count: > 0 })
        {
            return;
        }

        var pods = View.PodsOwnedBy(job.Uid()).ToList();
        var succeeded = pods.Count(pod => pod.Str("status", "phase") == "Succeeded");
        var failed = pods.Count(pod => pod.Str("status", "phase") == "Failed");
        var active = pods.Count(PodTemplates.IsActive);
        var tooMany = failed > (job.Long("spec", "backoffLimit") ?? 6);
        if (succeeded == 0 && active == 0 && !tooMany && job.Bool("spec", "suspend") != true)
        {
            var pod = PodTemplates.NewPod(job, "Job", $"{job.Name()}-{World.Suffix()}", "batch/v1");
            var labels = pod.Ensure("metadata", "labels");
            labels["job-name"] = job.Name();
            labels["batch.kubernetes.io/job-name"] = job.Name();
            Store.Create("pods", pod);
            active = 1;
        }

        var now = PodStatus.Stamp(Now);
        var status = new JsonObject { ["startTime"] = job.Str("status", "startTime") ?? now };
        if (active > 0)
        {
            status["active"] = active;
        }

        if (failed > 0)
        {
            status["failed"] = failed;
        }

        if (succeeded > 0)
        {
            status["succeeded"] = succeeded;
            status["completionTime"] = now;
            status["conditions"] = new JsonArray(Condition("SuccessCriteriaMet", "CompletionsReached", now), Condition("Complete", "CompletionsReached", now));
        }
        else if (tooMany)
        {
            status["conditions"] = new JsonArray(Condition("FailureTarget", "BackoffLimitExceeded", now), Condition("Failed", "BackoffLimitExceeded", now));
        }

        PodTemplates.SetStatus(World, Resource, job, status);
    }

    private static JsonObject Condition(string type, string reason, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastProbeTime"] = now,
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = reason == "CompletionsReached" ? "Reached expected number of succeeded pods" : "Job has reached the specified backoff limit",
    };
}
