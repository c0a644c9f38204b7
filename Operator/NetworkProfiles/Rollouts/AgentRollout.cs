using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Models;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>One agent as its pod shows it.</summary>
/// <param name="Pod">Its name.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="Version">Of its image; null when the image has no tag that tells.</param>
/// <param name="Ready">By its own probe.</param>
/// <param name="CreatedAt">When the pod was made.</param>
/// <param name="ReadySince">null while it isn't.</param>
public sealed record AgentPod(string Pod, string Node, CiliumVersion? Version, bool Ready, DateTimeOffset CreatedAt, DateTimeOffset? ReadySince)
{
    /// <summary>Why it dies again and again; null when it doesn't.</summary>
    public string? CrashLoop { get; init; }

    /// <summary>Nothing is heard of its node's kubelet, so that nothing here can be current.</summary>
    public bool Lost { get; init; }

    public bool Terminating { get; init; }

    /// <summary>It was made from the DaemonSet's newest template: by its image, and by the settings that were rendered with it.</summary>
    public bool IsCurrent { get; init; }
}

/// <summary>How far the newest release has come on the nodes, by the DaemonSet's counts and its pods. Pure.</summary>
public sealed record AgentRollout
{
    public required bool Exists { get; init; }

    /// <summary>The controller has seen the newest template.</summary>
    public required bool Observed { get; init; }

    public required int Desired { get; init; }

    public required int Updated { get; init; }

    public required int Ready { get; init; }

    public required IReadOnlyList<AgentPod> Agents { get; init; }

    /// <summary>Pods on nodes that nothing is heard of don't count: they can't change, and are rolled when their node is back.</summary>
    public bool IsRolled => Exists && Observed && Updated + Agents.Count(a => a.Lost) >= Desired;

    public bool IsReady => Ready + Agents.Count(a => a is { Lost: true, Ready: false }) >= Desired;

    /// <summary>Since when all of them are ready.</summary>
    public DateTimeOffset? ReadySince => Agents.Where(a => !a.Lost).Select(a => a.ReadySince).Max();

    public string Counts => $"{Math.Min(Updated, Desired)} of {Desired} agents have it, {Ready} are ready";

    public static AgentRollout Of(NetworkProfileObservation seen)
    {
        var daemonSet = seen.CiliumDaemonSets.FirstOrDefault(d => d.Metadata.Name == ComponentNames.AgentDaemonSet);
        var status = daemonSet?.Status;
        var lost = seen.Nodes
            .Where(n => n.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status == "Unknown")
            .Select(n => n.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        return new AgentRollout
        {
            Exists = daemonSet is not null,
            Observed = status?.ObservedGeneration >= (daemonSet?.Metadata.Generation ?? 0),
            Desired = status?.DesiredNumberScheduled ?? 0,
            Updated = status?.UpdatedNumberScheduled ?? 0,
            Ready = status?.NumberReady ?? 0,
            Agents = [.. seen.Pods.Where(p => ComponentNames.IsPodOf(CiliumComponent.Agent, p) && p.Spec?.NodeName is not null && !PodDiagnosis.IsLeftOver(p)).Select(p => Agent(p, lost, seen.ObservedAt) with { IsCurrent = IsCurrent(p, daemonSet?.Spec?.Template) })],
        };
    }

    private static bool IsCurrent(V1Pod pod, V1PodTemplateSpec? template) =>
        template is not null && ImageOf(pod.Spec) == ImageOf(template.Spec)
        && pod.Metadata.Annotations?.GetValueOrDefault(ComponentNames.ConfigChecksumAnnotation) == template.Metadata?.Annotations?.GetValueOrDefault(ComponentNames.ConfigChecksumAnnotation);

    private static string? ImageOf(V1PodSpec? pod) => pod?.Containers?.FirstOrDefault(c => c.Name == ComponentNames.AgentContainer)?.Image;

    private static AgentPod Agent(V1Pod pod, HashSet<string?> lost, DateTimeOffset now)
    {
        var ready = pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", IsTrue: true });
        var restarts = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).Select(c => c.RestartCount ?? 0).DefaultIfEmpty().Max();
        return new AgentPod(pod.Metadata.Name!, pod.Spec!.NodeName!, VersionOf(pod), ready is not null, pod.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue, ready?.LastTransitionTime)
        {
            Lost = lost.Contains(pod.Spec.NodeName),
            Terminating = pod.Metadata.DeletionTimestamp is not null,
            CrashLoop = ready is null && restarts >= 2 ? PodDiagnosis.Of(pod, now).FirstOrDefault(t => t.CrashLoop)?.Text : null,
        };
    }

    /// <summary>The tag of the agent's image, without its v: "quay.io/cilium/cilium:v1.19.6@sha256:…" is 1.19.6.</summary>
    private static CiliumVersion? VersionOf(V1Pod agent)
    {
        var reference = ImageOf(agent.Spec)?.Split('@')[0];
        var colon = reference?.LastIndexOf(':') ?? -1;
        return colon >= 0 && CiliumVersion.TryParse(reference![(colon + 1)..], out var version) ? version : null;
    }
}
