using System.Globalization;
using NetProfile.Cilium.Health;
using NetProfile.Kubernetes.Models;

namespace NetProfile.Cilium;

/// <summary>The workloads of an installation as they were read; null where there is none. Pods may be of any of them.</summary>
public sealed record CiliumWorkloads
{
    public V1DaemonSet? Agent { get; init; }

    public V1DaemonSet? Envoy { get; init; }

    public V1Deployment? Operator { get; init; }

    public V1Deployment? HubbleRelay { get; init; }

    public V1Deployment? HubbleUi { get; init; }

    /// <summary>Only raw values bring it.</summary>
    public V1Deployment? ClusterMesh { get; init; }

    public IReadOnlyCollection<V1Pod> Pods { get; init; } = [];
}

/// <summary>
/// Judges workloads and pods as <c>cilium status</c> does (cilium-cli status/k8s.go): the same errors and warnings, each once with
/// the number of pods, and beside them what the pods' container statuses tell. Pure.
/// </summary>
public static class CiliumHealth
{
    private const int MostCauses = 3;

    /// <summary>Every component, in the order of <see cref="CiliumComponent"/>.</summary>
    public static IReadOnlyList<ComponentHealth> Judge(CiliumWorkloads seen, DateTimeOffset now) =>
    [
        Judge(CiliumComponent.Agent, seen.Agent, ComponentNames.AgentDaemonSet, seen.Pods, now),
        Judge(CiliumComponent.Envoy, seen.Envoy, ComponentNames.EnvoyDaemonSet, seen.Pods, now),
        Judge(CiliumComponent.Operator, seen.Operator, ComponentNames.OperatorDeployment, seen.Pods, now),
        Judge(CiliumComponent.HubbleRelay, seen.HubbleRelay, ComponentNames.RelayDeployment, seen.Pods, now),
        Judge(CiliumComponent.HubbleUi, seen.HubbleUi, ComponentNames.UiDeployment, seen.Pods, now),
        Judge(CiliumComponent.ClusterMesh, seen.ClusterMesh, ComponentNames.ClusterMeshDeployment, seen.Pods, now),
    ];

    private static ComponentHealth Judge(CiliumComponent component, V1DaemonSet? daemonSet, string name, IReadOnlyCollection<V1Pod> pods, DateTimeOffset now)
    {
        if (daemonSet is null)
        {
            return Missing(component, "DaemonSet " + name);
        }

        var status = daemonSet.Status ?? new V1DaemonSetStatus();
        return Judge(new Counts(component, "DaemonSet", name)
        {
            Generation = daemonSet.Metadata.Generation,
            ObservedGeneration = status.ObservedGeneration,
            Desired = status.DesiredNumberScheduled ?? 0,
            Ready = status.NumberReady ?? 0,
            Updated = status.UpdatedNumberScheduled ?? 0,
            Available = status.NumberAvailable ?? 0,
            Unavailable = status.NumberUnavailable ?? 0,
            TemplateGeneration = daemonSet.Metadata.Annotations?.GetValueOrDefault("deprecated.daemonset.template.generation"),
        }, pods, now);
    }

    private static ComponentHealth Judge(CiliumComponent component, V1Deployment? deployment, string name, IReadOnlyCollection<V1Pod> pods, DateTimeOffset now)
    {
        if (deployment is null)
        {
            return Missing(component, "Deployment " + name);
        }

        var status = deployment.Status ?? new V1DeploymentStatus();
        return Judge(new Counts(component, "Deployment", name)
        {
            Generation = deployment.Metadata.Generation,
            ObservedGeneration = status.ObservedGeneration,
            Desired = deployment.Spec?.Replicas ?? status.Replicas ?? 0,
            Ready = status.ReadyReplicas ?? 0,
            Updated = status.UpdatedReplicas ?? 0,
            Available = status.AvailableReplicas ?? 0,
            Unavailable = status.UnavailableReplicas ?? 0,
        }, pods, now);
    }

    private static ComponentHealth Missing(CiliumComponent component, string name) => new()
    {
        Component = component,
        Name = name,
        Disabled = true,
        Errors = component == CiliumComponent.Agent ? [$"{name} doesn't exist"] : [],
    };

    private static ComponentHealth Judge(Counts counts, IReadOnlyCollection<V1Pod> allPods, DateTimeOffset now)
    {
        var pods = allPods.Where(p => ComponentNames.IsPodOf(counts.Component, p)).ToList();
        var errors = new List<string>();
        var warnings = new List<string>();
        var workload = $"{counts.Kind} {counts.Name}";
        var notObserved = counts.Generation is not null && counts.Generation != counts.ObservedGeneration;
        var rolling = notObserved || counts.Updated < counts.Desired;
        if (notObserved)
        {
            errors.Add($"{workload} is updated but rollout has not started");
        }
        else if (rolling)
        {
            errors.Add(Text($"{workload} is rolling out: {counts.Updated} of {counts.Desired} pods updated"));
        }

        var notReady = Math.Max(counts.Desired - counts.Ready, 0);
        if (notReady > 0)
        {
            errors.Add(Text($"{notReady} pods of {workload} are not ready"));
        }

        if (counts.Unavailable - notReady is > 0 and var unavailable)
        {
            warnings.Add(Text($"{unavailable} pods of {workload} are not available"));
        }

        var troubles = pods
            .SelectMany(pod => PodDiagnosis.Of(pod, now).Select(trouble => (Pod: pod, Trouble: trouble with { Text = trouble.Text + OldRevision(pod, counts) })))
            .GroupBy(t => t.Trouble)
            .OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Text, StringComparer.Ordinal)
            .ToList();
        var causes = troubles.Where(g => g.Key.IsCause).Select(Counted).ToList();
        var shown = causes.Count <= MostCauses ? causes : [.. causes.Take(MostCauses - 1), Text($"and {causes.Count - MostCauses + 1} other reasons")];
        errors.AddRange(shown);
        warnings.AddRange(troubles.Where(g => g.Key is { IsCause: false, Severity: FindingSeverity.Warning }).Select(Counted));
        return new ComponentHealth
        {
            Component = counts.Component,
            Name = workload,
            Desired = counts.Desired,
            Ready = counts.Ready,
            Updated = counts.Updated,
            Available = counts.Available,
            RollingOut = rolling,
            CrashLooping = troubles.Any(g => g.Key.CrashLoop),
            Errors = errors,
            Warnings = warnings,
            Causes = shown,
            CrashLoopingPods = [.. troubles.Where(g => g.Key.CrashLoop).SelectMany(g => g).Select(t => t.Pod.Metadata.Name ?? "").Distinct().Order(StringComparer.Ordinal).Take(10)],
        };
    }

    private static string Counted(IGrouping<PodTrouble, (V1Pod Pod, PodTrouble Trouble)> group)
    {
        var count = group.Count();
        return count == 1 ? $"{group.First().Pod.Metadata.Name}: {group.Key.Text}" : Text($"{group.Key.Text} ({count} pods affected)");
    }

    private static string OldRevision(V1Pod pod, Counts counts) =>
        counts.TemplateGeneration is { } wanted && pod.Metadata.Labels?.GetValueOrDefault("pod-template-generation") is { } actual && actual != wanted
            ? " (old revision)"
            : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Counts(CiliumComponent Component, string Kind, string Name)
    {
        public long? Generation { get; init; }

        public long? ObservedGeneration { get; init; }

        public int Desired { get; init; }

        public int Ready { get; init; }

        public int Updated { get; init; }

        public int Available { get; init; }

        public int Unavailable { get; init; }

        public string? TemplateGeneration { get; init; }
    }
}
