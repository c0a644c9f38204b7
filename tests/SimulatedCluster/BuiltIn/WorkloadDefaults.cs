using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.BuiltIn;

/// <summary>Defaults of workloads and pods.</summary>
internal sealed class WorkloadDefaults(Func<ObjectStore> store) : IObjectRules
{
    public void Default(ObjectWrite write)
    {
        if (write.Options.Subresource is "status")
        {
            return;
        }

        var value = write.Value;
        switch (write.Resource.QualifiedPlural)
        {
            case "pods":
                Pod(value, write.Old is null);
                break;
            case "deployments.apps":
                Template(value.Ensure("spec").Defaults("""{"replicas":1,"strategy":{},"revisionHistoryLimit":10,"progressDeadlineSeconds":600}"""));
                RollingUpdate(value.Obj("spec", "strategy"), """{"maxUnavailable":"25%","maxSurge":"25%"}""");
                Status(write, "{}");
                break;
            case "daemonsets.apps":
                Template(value.Ensure("spec").Defaults("""{"updateStrategy":{},"revisionHistoryLimit":10}"""));
                RollingUpdate(value.Obj("spec", "updateStrategy"), """{"maxUnavailable":1,"maxSurge":0}""");
                Status(write, """{"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0}""");
                break;
            case "statefulsets.apps":
                Template(value.Ensure("spec").Defaults("""{"replicas":1,"podManagementPolicy":"OrderedReady","updateStrategy":{},"revisionHistoryLimit":10,"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"}}"""));
                RollingUpdate(value.Obj("spec", "updateStrategy"), """{"partition":0}""");
                Status(write, """{"replicas":0,"availableReplicas":0}""");
                break;
            case "replicasets.apps":
                Template(value.Ensure("spec").Defaults("""{"replicas":1}"""));
                Status(write, """{"replicas":0}""");
                break;
            case "jobs.batch":
                Job(value);
                Status(write, "{}");
                break;
            case "cronjobs.batch":
                value.Ensure("spec").Defaults("""{"concurrencyPolicy":"Allow","suspend":false,"successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1}""");
                if (value.Obj("spec", "jobTemplate", "spec") is { } job)
                {
                    Template(job);
                }

                Status(write, "{}");
                break;
        }
    }

    private static void Status(ObjectWrite write, string json)
    {
        if (write.Old is null)
        {
            write.Value["status"] = JsonText.ParseObject(json);
        }
    }

    private static void Template(JsonObject spec)
    {
        if (spec.Obj("template") is { } template)
        {
            template.Metadata();
            PodDefaults.Apply(template.Ensure("spec"), isPod: false);
        }
    }

    private static void RollingUpdate(JsonObject? strategy, string parameters)
    {
        if (strategy?.Default("type", "RollingUpdate").Str("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").Defaults(parameters);
        }
    }

    private static void Job(JsonObject value)
    {
        var spec = value.Ensure("spec").Defaults("""{"backoffLimit":6,"completionMode":"NonIndexed","suspend":false,"podReplacementPolicy":"TerminatingOrFailed","manualSelector":false}""");
        spec.Default("completions", 1).Default("parallelism", 1);
        Template(spec);
        if (spec["selector"] is null && spec.Obj("template") is { } template)
        {
            var labels = new JsonObject { ["batch.kubernetes.io/controller-uid"] = value.Uid() };
            spec["selector"] = new JsonObject { ["matchLabels"] = labels };
            template.Ensure("metadata", "labels").Default("batch.kubernetes.io/controller-uid", value.Uid()).Default("batch.kubernetes.io/job-name", value.Name())
                .Default("controller-uid", value.Uid()).Default("job-name", value.Name());
        }
    }

    private void Pod(JsonObject value, bool isNew)
    {
        var spec = value.Ensure("spec");
        PodDefaults.Apply(spec, isPod: true);
        if (!isNew)
        {
            return;
        }

        if (spec.Str("priorityClassName") is { Length: > 0 } name && store().Get("priorityclasses.scheduling.k8s.io", null, name) is { } priority)
        {
            spec["priority"] = priority.Long("value");
        }

        spec.Default("priority", 0).Default("preemptionPolicy", "PreemptLowerPriority");
        var tolerations = spec.Ensure().Arr("tolerations") ?? [];
        foreach (var key in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            if (!tolerations.Objects().Any(known => (known.Str("key") == key || (known["key"] is null && known.Str("operator") == "Exists")) && known.Str("effect") is null or "" or "NoExecute"))
            {
                tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
            }
        }

        if (tolerations.Parent is null)
        {
            spec["tolerations"] = tolerations;
        }

        value["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" };
    }
}
