using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Pods;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>Carries out a <see cref="NodeByNodePlan"/>: on each node the effect first and then the state, so that a state is never claimed.</summary>
internal sealed class NodeByNodeExecutor(IKubernetesClient client, PodMover mover, PodCounter counter, ILogger<NodeByNodeExecutor> log)
{
    private const int AtOnce = 16;

    /// <summary>One call for the controller: decides by what was reported, and acts.</summary>
    /// <returns>Whether anything was done or is under way.</returns>
    public Task<bool> ExecuteAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NetworkProfilePlan plan, NetworkProfileStatus report, CancellationToken cancellationToken)
    {
        if (plan is not { Migration: { MovesNodes: true, Nodes: { } progress }, MayAct: true, Freeze: null, Step.Action: HelmAction.None })
        {
            return Task.FromResult(false);
        }

        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var isProven = progress.HasBegun || LiveNetwork.IsProven(spec, seen, type => report.Conditions!.Any(c => c.Type == type && c.Status == ConditionStatus.True));
        return ExecuteAsync(profile, NodeByNodePlanner.Plan(profile, spec, seen, isProven, retry: plan.Choice == NetworkProfileNames.Actions.Retry), seen, cancellationToken);
    }

    private async Task<bool> ExecuteAsync(V1Alpha1NetworkProfile profile, NodeByNodePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        if (plan.Steps.Any(s => s.Effect == NodeEffect.Switch))
        {
            await ApplyConfigAsync(spec, everyNode: false, cancellationToken);
        }

        var refused = plan.Evict.Count == 0 ? [] : await mover.MoveAsync(plan.Evict, PodMoveMode.Evict, cancellationToken);
        var messages = Messages(plan, refused);
        await Parallel.ForEachAsync(plan.Steps, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (step, token) =>
        {
            try
            {
                await StepAsync(profile, spec, step, messages.GetValueOrDefault(step.Node), seen, token);
            }
            catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
            {
                // The node has gone, or somebody else wrote it at the same moment: the next look decides anew.
                log.NodePostponed(step.Node, e.Message);
            }
        });
        if (plan.Evict.Count > 0 || plan.Steps.Any(s => s.Migration is not null))
        {
            counter.Forget();
        }

        return plan.Steps.Count > 0 || plan.Progress.InProgress > 0;
    }

    /// <summary>From now on nodes that join are Cilium's: the old network is about to go.</summary>
    public Task OpenAsync(V1Alpha1NetworkProfile profile, CancellationToken cancellationToken) => ApplyConfigAsync(NetworkProfileDefaults.Resolve(profile.Spec), everyNode: true, cancellationToken);

    /// <summary>The final values say what the CiliumNodeConfig said; it and the labels go.</summary>
    public async Task TidyAsync(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var config = MigratedNodes.PathOf(FactsOf(spec), spec.Cilium.Namespace);
        if (await client.SendAsync(HttpMethod.Get, config, null, "application/json", cancellationToken) is not null)
        {
            await client.SendAsync(HttpMethod.Delete, config, null, "application/json", cancellationToken);
        }

        foreach (var node in seen.Nodes.Where(n => n.Metadata.Labels?.ContainsKey(NetworkProfileNames.MigratedLabel) == true))
        {
            await PatchNodeAsync(node, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [NetworkProfileNames.MigratedLabel] = null } } }, cancellationToken);
        }
    }

    private async Task StepAsync(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NodeStep step, string? message, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var node = seen.Nodes.First(n => n.Metadata.Name == step.Node);
        await (step.Effect switch
        {
            NodeEffect.Cordon => CordonAsync(node, cancellationToken),
            NodeEffect.Switch => SwitchAsync(spec, node, step.AgentUid, seen, cancellationToken),
            NodeEffect.Uncordon => UncordonAsync(node, cancellationToken),
            _ => Task.CompletedTask,
        });
        var present = seen.NodeNetworks.FirstOrDefault(n => n.Metadata.Name == step.Node);
        var migration = step.Migration ?? present?.Status?.Migration;
        if (migration is null || (step.Migration is null && (message is null || migration.Message == message)))
        {
            return;
        }

        if (step.Migration is { State: { } state })
        {
            log.NodeCame(step.Node, state, step.Migration.Message ?? "");
        }

        if (present is null)
        {
            await client.ApplyAsync(Bare(profile, node), new ApplyOptions { FieldManager = NetworkProfileNames.MigrationFieldManager, Force = true }, cancellationToken);
        }

        await client.ApplyStatusAsync(
            new V1Alpha1NodeNetwork
            {
                Metadata = new V1ObjectMeta { Name = step.Node },
                Status = new NodeNetworkStatus { Migration = step.Migration is null ? migration with { Message = message } : migration },
            },
            new ApplyOptions { FieldManager = NetworkProfileNames.MigrationFieldManager, Force = true },
            cancellationToken);
    }

    /// <summary>One write, so that whoever comes next knows who did it. A person who was faster makes it a conflict.</summary>
    private Task CordonAsync(V1Node node, CancellationToken cancellationToken) => node.Spec?.Unschedulable == true
        ? Task.CompletedTask
        : PatchNodeAsync(node, Cordoned("true", true, node.Metadata.ResourceVersion), cancellationToken);

    private Task UncordonAsync(V1Node node, CancellationToken cancellationToken) => node.Metadata.Annotations?.ContainsKey(NetworkProfileNames.CordonedAnnotation) == true
        ? PatchNodeAsync(node, Cordoned(null, null, null), cancellationToken)
        : Task.CompletedTask;

    private static JsonObject Cordoned(string? mark, bool? unschedulable, string? resourceVersion)
    {
        var metadata = new JsonObject { ["annotations"] = new JsonObject { [NetworkProfileNames.CordonedAnnotation] = mark } };
        if (resourceVersion is not null)
        {
            metadata["resourceVersion"] = resourceVersion;
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["unschedulable"] = unschedulable } };
    }

    private async Task SwitchAsync(EffectiveSpec spec, V1Node node, string? agentUid, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        if (node.Metadata.Labels?.GetValueOrDefault(NetworkProfileNames.MigratedLabel) != NetworkProfileNames.MigratedValue)
        {
            await PatchNodeAsync(node, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [NetworkProfileNames.MigratedLabel] = NetworkProfileNames.MigratedValue } } }, cancellationToken);
        }

        if (agentUid is not null && seen.Pods.FirstOrDefault(p => p.Metadata.Uid == agentUid) is { } agent && ComponentNames.IsPodOf(CiliumComponent.Agent, agent))
        {
            await client.DeleteAsync<V1Pod>(new NamespacedName(spec.Cilium.Namespace, agent.Metadata.Name!), new DeleteOptions { PreconditionUid = agentUid }, cancellationToken);
        }
    }

    private Task<V1Node> PatchNodeAsync(V1Node node, JsonObject patch, CancellationToken cancellationToken) =>
        client.PatchAsync<V1Node>(new NamespacedName(null, node.Metadata.Name!), new V1Patch(V1PatchType.MergePatch, patch, NetworkProfileNames.MigrationFieldManager), cancellationToken);

    private async Task ApplyConfigAsync(EffectiveSpec spec, bool everyNode, CancellationToken cancellationToken)
    {
        var facts = FactsOf(spec);
        var path = MigratedNodes.PathOf(facts, spec.Cilium.Namespace);
        var manifest = MigratedNodes.Manifest(facts, spec.Cilium.Namespace, everyNode);
        if (await client.SendAsync(HttpMethod.Get, path, null, "application/json", cancellationToken) is not { } present || !JsonNode.DeepEquals(present["spec"], manifest["spec"]))
        {
            await client.SendAsync(HttpMethod.Patch, $"{path}?fieldManager={NetworkProfileNames.MigrationFieldManager}&force=true", manifest, "application/apply-patch+yaml", cancellationToken);
        }
    }

    /// <summary>A version that is not known was refused long before.</summary>
    private static CiliumFacts FactsOf(EffectiveSpec spec) => CiliumFacts.TryFor(spec.Cilium.Version, out var facts, out var refusal) ? facts : throw new InvalidOperationException(refusal);

    /// <summary>Without a plan: there is no agent at work that could make one known.</summary>
    private static V1Alpha1NodeNetwork Bare(V1Alpha1NetworkProfile profile, V1Node node) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = node.Metadata.Name,
            Labels = new Dictionary<string, string> { [NetworkProfileNames.ManagedByLabel] = NetworkProfileNames.ManagedByValue, [NetworkProfileNames.ProfileLabel] = profile.Metadata.Name! },
            Annotations = new Dictionary<string, string> { [NetworkProfileNames.NodeUidAnnotation] = node.Metadata.Uid ?? "" },
            OwnerReferences = [new V1OwnerReference { ApiVersion = profile.ApiVersion, Kind = profile.Kind, Name = profile.Metadata.Name!, Uid = profile.Metadata.Uid! }],
        },
    };

    private static Dictionary<string, string> Messages(NodeByNodePlan plan, IReadOnlyList<RefusedPod> refused)
    {
        var nodes = plan.Evict.ToDictionary(p => p.FullName, p => p.Node, StringComparer.Ordinal);
        return plan.Waiting.ToDictionary(
            pair => pair.Key,
            pair => Summary.Of([pair.Value, .. refused.Where(r => nodes.GetValueOrDefault(r.Pod!) == pair.Key).Select(r => $"{r.Pod}: {r.Message}")], 5),
            StringComparer.Ordinal);
    }
}

internal static partial class NodeByNodeLog
{
    [LoggerMessage(3411, LogLevel.Information, "node {Node} is {State} {Message}")]
    public static partial void NodeCame(this ILogger log, string node, NodeMigrationState state, string message);

    [LoggerMessage(3412, LogLevel.Debug, "node {Node} is left for the next look: {Message}")]
    public static partial void NodePostponed(this ILogger log, string node, string message);
}
