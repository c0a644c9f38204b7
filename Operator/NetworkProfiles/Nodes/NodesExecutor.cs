using System.Text.Json.Nodes;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>Carries out a <see cref="NodesPlan"/>: writes only what differs, so that a steady state costs nothing.</summary>
internal sealed class NodesExecutor(IKubernetesClient client, ILogger<NodesExecutor> log)
{
    private const int AtOnce = 16;

    /// <returns>Whether anything was written.</returns>
    public async Task<bool> ExecuteAsync(V1Alpha1NetworkProfile profile, NodesPlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        await ForEachAsync(plan.Delete, (name, token) => client.DeleteAsync<V1Alpha1NodeNetwork>(new NamespacedName(null, name), new DeleteOptions(), token), cancellationToken);
        await ForEachAsync(plan.Apply, (network, token) => client.ApplyAsync(network, new ApplyOptions { FieldManager = NetworkProfileNames.FieldManager, Force = true }, token), cancellationToken);
        var wrote = await DaemonSetAsync(profile, plan, seen, cancellationToken);
        await ForEachAsync(plan.Forget, ForgetAsync, cancellationToken);
        return wrote || plan.Delete.Count + plan.Apply.Count + plan.Forget.Count > 0;
    }

    private async Task<bool> DaemonSetAsync(V1Alpha1NetworkProfile profile, NodesPlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var existing = NodesPlanner.DaemonSetOf(seen);
        var @namespace = seen.NodeAgent.Namespace!;
        if (!plan.DaemonSetWanted)
        {
            if (existing is null || existing.Metadata.Labels?.GetValueOrDefault(NetworkProfileNames.ManagedByLabel) != NetworkProfileNames.ManagedByValue)
            {
                return false;
            }

            log.AgentsStopped(plan.Stage);
            await client.DeleteAsync<V1DaemonSet>(new NamespacedName(@namespace, NodeAgentManifest.Name), new DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
            return true;
        }

        if ((plan.Stage is not (NodesStage.Working or NodesStage.Inspecting) && !plan.Inspects) || (existing is not null && NodeAgentManifest.IsCurrent(existing, seen.NodeAgent)))
        {
            return false;
        }

        log.AgentsStarted(seen.Nodes.Count, seen.NodeAgent.Image!);
        await client.SendAsync(
            HttpMethod.Patch,
            $"/apis/apps/v1/namespaces/{Uri.EscapeDataString(@namespace)}/daemonsets/{NodeAgentManifest.Name}?fieldManager={NetworkProfileNames.FieldManager}&force=true",
            NodeAgentManifest.Build(profile, seen.NodeAgent, @namespace, seen.ApiServerEndpoints),
            "application/apply-patch+yaml",
            cancellationToken);
        return true;
    }

    private async Task ForgetAsync((string Node, IReadOnlyList<string> Annotations) clean, CancellationToken cancellationToken)
    {
        var annotations = new JsonObject(clean.Annotations.Select(key => KeyValuePair.Create<string, JsonNode?>(key, null)));
        var patch = new V1Patch(V1PatchType.MergePatch, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }, NetworkProfileNames.FieldManager);
        try
        {
            await client.PatchAsync<V1Node>(new NamespacedName(null, clean.Node), patch, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            log.NodeGone(clean.Node);
        }
    }

    private static Task ForEachAsync<T>(IReadOnlyList<T> items, Func<T, CancellationToken, Task> act, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (item, token) => await act(item, token));
}

internal static partial class NodesLog
{
    [LoggerMessage(3101, LogLevel.Information, "node agents start on {Nodes} nodes, image {Image}")]
    public static partial void AgentsStarted(this ILogger log, int nodes, string image);

    [LoggerMessage(3102, LogLevel.Information, "node agents have no more work ({Stage}): their DaemonSet goes")]
    public static partial void AgentsStopped(this ILogger log, NodesStage stage);

    [LoggerMessage(3103, LogLevel.Debug, "node {Node} is gone")]
    public static partial void NodeGone(this ILogger log, string node);
}
