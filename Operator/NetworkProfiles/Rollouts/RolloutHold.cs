using System.Text.Json.Nodes;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Rollouts;

public enum RolloutStep
{
    None,

    /// <summary>No more agents are replaced.</summary>
    Hold,

    /// <summary>Failed agents start anew, and the roll goes on.</summary>
    Retry,

    /// <summary>The roll goes on beside the failed agents.</summary>
    Continue,

    /// <summary>The first agent is well: the others follow in batches.</summary>
    Widen,

    /// <summary>All agents run: the DaemonSet is as helm had it.</summary>
    Narrow,
}

/// <summary>
/// Holds the agents' DaemonSet and lets it go, by server-side apply of its update strategy and a mark under a field manager of its
/// own. No pod template is touched, so nothing restarts. Before the next helm upgrade all of it is given up by an apply of nothing:
/// the strategy is the API server's default then (one pod at a time) until helm, a moment later, sets its own without a conflict.
/// </summary>
internal sealed class RolloutHold(IKubernetesClient client)
{
    public async Task ExecuteAsync(NetworkProfilePlan plan, NetworkProfileObservation seen, HelmRelease running, CancellationToken cancellationToken)
    {
        var ns = running.Release.Namespace;
        var failing = plan.Rollout.Agents.Where(a => a is { Ready: false, Terminating: false, Lost: false }).ToList();
        switch (plan.RolloutStep)
        {
            case RolloutStep.Hold:
                await ApplyAsync(ns, HoldMark.Text(HoldMark.Frozen, running.Revision, plan.FreezeReason ?? ""), new JsonObject { ["type"] = "OnDelete" }, cancellationToken);
                break;
            case RolloutStep.Retry:
                await ApplyAsync(ns, HoldMark.Text(HoldMark.Retried, running.Revision, ""), Rolling(running.Values["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"]?.DeepClone()), cancellationToken);
                foreach (var agent in failing)
                {
                    await client.DeleteAsync<V1Pod>(new NamespacedName(ns, agent.Pod), new DeleteOptions(), cancellationToken);
                }

                break;
            case RolloutStep.Continue:
                // What doesn't come up counts as unavailable for ever, and would use up the batch.
                await ApplyAsync(ns, HoldMark.Text(HoldMark.Continued, running.Revision, ""), Rolling(plan.BatchSize + failing.Count), cancellationToken);
                break;
            case RolloutStep.Widen:
                await ApplyAsync(ns, HoldMark.Text(HoldMark.Widened, running.Revision, ""), Rolling(plan.BatchSize), cancellationToken);
                break;
            case RolloutStep.Narrow:
                await ReleaseAsync(seen, running.Release, cancellationToken);
                break;
        }
    }

    /// <summary>Gives up what is held, so that helm may set it.</summary>
    public async Task ReleaseAsync(NetworkProfileObservation seen, HelmReleaseName release, CancellationToken cancellationToken)
    {
        if (HoldMark.TextOf(seen) is not null)
        {
            await ApplyAsync(release.Namespace, null, null, cancellationToken);
        }
    }

    private static JsonObject Rolling(JsonNode? maxUnavailable) =>
        new() { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["maxUnavailable"] = maxUnavailable ?? 1 } };

    private Task ApplyAsync(string ns, string? mark, JsonObject? strategy, CancellationToken cancellationToken)
    {
        var metadata = new JsonObject { ["name"] = ComponentNames.AgentDaemonSet, ["namespace"] = ns };
        var body = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "DaemonSet", ["metadata"] = metadata };
        if (mark is not null)
        {
            metadata["annotations"] = new JsonObject { [HoldMark.Annotation] = mark };
            body["spec"] = new JsonObject { ["updateStrategy"] = strategy };
        }

        var path = $"/apis/apps/v1/namespaces/{ns}/daemonsets/{ComponentNames.AgentDaemonSet}?fieldManager={HoldMark.FieldManager}&force=true";
        return client.SendAsync(HttpMethod.Patch, path, body, "application/apply-patch+yaml", cancellationToken);
    }
}
