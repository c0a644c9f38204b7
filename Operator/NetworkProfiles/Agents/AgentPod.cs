using NetProfile.Crds.Meta;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Agents;

/// <summary>What matters of an agent's pod. Its times are the API's.</summary>
internal sealed record AgentPod
{
    public required string Uid { get; init; }

    public required NamespacedName Name { get; init; }

    public required string Node { get; init; }

    public required int Restarts { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Since when the agent's container runs; null while it doesn't.</summary>
    public required DateTimeOffset? RunningSince { get; init; }

    /// <summary>When the agent has read its configuration at the latest: once, before its container starts for the first time.</summary>
    public required DateTimeOffset? ConfiguredAt { get; init; }

    /// <summary>Of the settings that helm had rendered when the pod was made; null where the chart doesn't write it.</summary>
    public string? ConfigChecksum { get; init; }

    /// <summary>It has died, so its previous log has the line that says why.</summary>
    public required bool Died { get; init; }

    /// <summary>null for a pod of something else, one that is on its way out, or one without a node.</summary>
    public static AgentPod? Of(V1Pod pod)
    {
        if (!ComponentNames.IsPodOf(CiliumComponent.Agent, pod) || pod.Metadata.DeletionTimestamp is not null || pod.Spec?.NodeName is not { Length: > 0 } node
            || pod.Status?.Phase is "Succeeded" or "Failed")
        {
            return null;
        }

        var container = pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == ComponentNames.AgentContainer);
        var reader = pod.Status?.InitContainerStatuses?.FirstOrDefault(c => c.Name == "config");
        var ready = container?.Ready ?? false;
        return new AgentPod
        {
            Uid = pod.Metadata.Uid ?? "",
            Name = new NamespacedName(pod.Metadata.Namespace, pod.Metadata.Name!),
            Node = node,
            Restarts = container?.RestartCount ?? 0,
            Ready = ready,
            RunningSince = container?.State?.Running is { } running ? running.StartedAt ?? pod.Status?.StartTime : null,
            ConfiguredAt = reader?.State?.Terminated?.FinishedAt ?? pod.Status?.StartTime ?? pod.Metadata.CreationTimestamp,
            ConfigChecksum = pod.Metadata.Annotations?.GetValueOrDefault(ComponentNames.ConfigChecksumAnnotation),
            Died = !ready && container is { RestartCount: > 0, LastState.Terminated.ExitCode: not (null or 0) },
        };
    }
}
