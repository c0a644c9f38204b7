using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Errors;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Rest;
using NetProfile.SimulatedCluster.Storage;

namespace NetProfile.SimulatedCluster.Pods;

/// <summary>pods/eviction: a deletion that PodDisruptionBudgets may forbid.</summary>
internal sealed class Evictions(ObjectStore store)
{
    public async Task EvictAsync(HttpContext context, RequestInfo info)
    {
        var eviction = await RequestBody.ReadObjectAsync(context, info, "Eviction");
        var options = eviction.Obj("deleteOptions");
        var pod = (store.Find(info.Resource!, info.Namespace, info.Name) ?? throw ApiException.NotFound(info.Resource!, info.Name)).Value;
        var delete = new DeleteOptions
        {
            GracePeriodSeconds = options.Long("gracePeriodSeconds"),
            PropagationPolicy = options.Str("propagationPolicy"),
            Uid = options.Str("preconditions", "uid"),
            ResourceVersion = options.Str("preconditions", "resourceVersion"),
            DryRun = context.Request.Query["dryRun"] == "All" || options.Arr("dryRun").Strings().Contains("All"),
        };
        if (!IgnoresBudgets(pod))
        {
            Spend(pod, delete.DryRun);
        }

        store.Delete(info.Resource!, info.Namespace, info.Name, delete);
        await Reply.JsonAsync(context, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 }, 201);
    }

    private static bool IgnoresBudgets(JsonObject pod) => pod.IsDeleting() || pod.Str("status", "phase") is "Succeeded" or "Failed" or "Pending";

    private static bool IsReady(JsonObject pod) =>
        pod.Arr("status", "conditions").Objects().Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");

    private void Spend(JsonObject pod, bool dryRun)
    {
        var budgets = store.List("poddisruptionbudgets.policy", pod.Namespace())
            .Where(budget => LabelSelector.From(budget.Obj("spec", "selector"))?.Matches(pod.Obj("metadata", "labels")) == true).ToList();
        if (budgets.Count > 1)
        {
            throw ApiException.Internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        if (budgets.Count == 0)
        {
            return;
        }

        var budget = budgets[0];
        var status = budget.Obj("status");
        if (!IsReady(pod) && (budget.Str("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow"
            || (status.Long("currentHealthy") >= status.Long("desiredHealthy") && status.Long("desiredHealthy") > 0)))
        {
            return;
        }

        if (status.Long("observedGeneration") is not { } observed || observed < budget.Generation())
        {
            throw ApiException.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, Cause($"The disruption budget {budget.Name()} is still being processed by the server."));
        }

        if (status.Long("disruptionsAllowed") is not > 0)
        {
            throw ApiException.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", null,
                Cause($"The disruption budget {budget.Name()} needs {status.Long("desiredHealthy") ?? 0} healthy pods and has {status.Long("currentHealthy") ?? 0} currently"));
        }

        if (!dryRun)
        {
            store.ModifyStatus("poddisruptionbudgets.policy", budget.Namespace(), budget.Name(), value =>
            {
                value.Ensure("status")["disruptionsAllowed"] = (value.Long("status", "disruptionsAllowed") ?? 1) - 1;
                value.Ensure("status", "disruptedPods")[pod.Name()] = ObjectLifecycle.Now(store.Time);
            });
        }
    }

    private static JsonArray Cause(string message) => new(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = message });
}
