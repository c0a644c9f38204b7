using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NodeAgent.Tasks;
using NetProfile.NodeAgent.Transport;

namespace NetProfile.NetworkProfiles.Nodes;

/// <summary>How far a node is with its plan. In the order in which a summary tells them: the worst first.</summary>
internal enum NodeStanding
{
    /// <summary>A task failed; the agent tries it again.</summary>
    Failed,

    /// <summary>Something is left that is not the agent's to remove.</summary>
    Dirty,

    /// <summary>Nothing is heard of it.</summary>
    Unreachable,

    /// <summary>Its agent has not reported.</summary>
    Waiting,

    Working,

    /// <summary>An audit found nothing.</summary>
    Clean,

    /// <summary>Virtual, on its way out, or left out by a person.</summary>
    Skipped,
}

/// <param name="Name">The node.</param>
/// <param name="Standing">How far it is.</param>
/// <param name="Message">Why, with link or file; empty when there is nothing to tell.</param>
internal sealed record NodeProgress(string Name, NodeStanding Standing, string Message)
{
    /// <summary>Its kubelet is silent too: nothing runs there that one could wait for.</summary>
    public bool Down { get; init; }

    /// <summary>Long enough for an image to be pulled and a plan to be run. An agent that has reported how its plan ended is silent until that changes.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(3);

    /// <summary>An agent tries again after half a minute what it couldn't remove. What was only on its way out then, a process or a pod, is gone by that time.</summary>
    private static readonly TimeSpan s_secondTry = TimeSpan.FromSeconds(45);

    private const int MostResidues = 3;

    public static NodeProgress Of(V1Node node, V1Alpha1NodeNetwork? network, DateTimeOffset now)
    {
        var name = node.Metadata.Name!;
        if (NodeEligibility.Excluded(node) is { } reason)
        {
            return new NodeProgress(name, NodeStanding.Skipped, reason);
        }

        var answers = network?.Spec is { } spec && network.Status?.PlanId == spec.PlanId;
        if (answers && IsFinished(network!))
        {
            return network!.Status!.Audit == AuditState.Dirty
                ? new NodeProgress(name, NodeStanding.Dirty, Left(network.Status))
                : new NodeProgress(name, NodeStanding.Clean, "");
        }

        IReadOnlyList<NodeTaskResult> results = answers ? network!.Status!.Results ?? [] : [];
        var ended = results.Count > 0 && results.All(r => r.State != NodeTaskState.Pending);
        if (node.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", Status: "Unknown" }) is { } ready)
        {
            return new NodeProgress(name, NodeStanding.Unreachable, $"its kubelet is silent: {ready.Message ?? "Ready is Unknown"}") { Down = true };
        }

        if (!ended && Heard(network) is { } heard && now - heard > s_silence)
        {
            return new NodeProgress(name, NodeStanding.Unreachable, $"no report since {heard.UtcDateTime:HH:mm:ss} UTC: look at its pod of DaemonSet {NodeAgentManifest.Name}");
        }

        if (!answers)
        {
            return new NodeProgress(name, NodeStanding.Waiting, "its agent has not reported yet");
        }

        if (ended && now - results.Where(r => r.State is NodeTaskState.Failed or NodeTaskState.Blocked).Min(r => r.At) < s_secondTry)
        {
            return new NodeProgress(name, NodeStanding.Working, "");
        }

        if (results.FirstOrDefault(r => r.State == NodeTaskState.Failed) is { } failed)
        {
            return new NodeProgress(name, NodeStanding.Failed, $"task {failed.Id} failed: {failed.Message}");
        }

        return ended && results.FirstOrDefault(r => r.State == NodeTaskState.Blocked) is { } blocked
            ? new NodeProgress(name, NodeStanding.Dirty, network!.Status!.Audit == AuditState.Dirty ? Hindrance(results) + Left(network.Status) : $"task {blocked.Id}: {blocked.Message}")
            : new NodeProgress(name, NodeStanding.Working, "");
    }

    /// <summary>Why nothing was removed, where that is the node's own reason and not that of single traces.</summary>
    private static string Hindrance(IEnumerable<NodeTaskResult> results) => string.Concat(results
        .Where(r => r is { State: NodeTaskState.Blocked, Message: { } message } && !message.StartsWith(TraceText.LeftAlone, StringComparison.Ordinal))
        .Select(r => r.Message + "; ").Distinct(StringComparer.Ordinal));

    /// <summary>The plan has ended well, and an audit came after it.</summary>
    public static bool IsFinished(V1Alpha1NodeNetwork network) =>
        network is { Spec: { } spec, Status: { Audit: not null, PlanId: { } done } status } && done == spec.PlanId && NodeWork.IsFinished(spec, status);

    public static bool IsClean(V1Alpha1NodeNetwork network) => IsFinished(network) && network.Status!.Audit is AuditState.Clean or AuditState.NotNeeded;

    /// <summary>When its agent reported last, or when it was told what to do, whatever came later.</summary>
    private static DateTimeOffset? Heard(V1Alpha1NodeNetwork? network)
    {
        var told = DateTimeOffset.TryParse(network?.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.PlannedAtAnnotation), CultureInfo.InvariantCulture, out var at) ? at : network?.Metadata.CreationTimestamp;
        return network?.Status?.ObservedAt is { } observed && !(told > observed) ? observed : told;
    }

    private static string Left(NodeNetworkStatus status)
    {
        var residues = status.Residues ?? [];
        var text = string.Join("; ", residues.Take(MostResidues).Select(r => $"{r.Kind} {r.Where}: {r.Message}"));
        return residues.Count > MostResidues ? $"{text}; and {residues.Count - MostResidues} more" : text.Length > 0 ? text : "an audit found traces";
    }
}
