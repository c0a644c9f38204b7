using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
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
    /// <summary>An agent that is not done with its plan reports every half minute.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(3);

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

        if (Silence(node, network, now) is { } silence)
        {
            return new NodeProgress(name, NodeStanding.Unreachable, silence);
        }

        if (!answers)
        {
            return new NodeProgress(name, NodeStanding.Waiting, "its agent has not reported yet");
        }

        var results = network!.Status!.Results ?? [];
        if (results.FirstOrDefault(r => r.State == NodeTaskState.Failed) is { } failed)
        {
            return new NodeProgress(name, NodeStanding.Failed, $"task {failed.Id} failed: {failed.Message}");
        }

        // While a plan runs the tasks that follow are Pending; what is blocked is known, but not yet the end of it.
        return results.FirstOrDefault(r => r.State == NodeTaskState.Blocked) is { } blocked && !results.Any(r => r.State == NodeTaskState.Pending)
            ? new NodeProgress(name, NodeStanding.Dirty, network.Status.Audit == AuditState.Dirty ? Left(network.Status) : $"task {blocked.Id}: {blocked.Message}")
            : new NodeProgress(name, NodeStanding.Working, "");
    }

    /// <summary>The plan has ended well, and an audit came after it.</summary>
    public static bool IsFinished(V1Alpha1NodeNetwork network) =>
        network is { Spec: { } spec, Status: { Audit: not null, PlanId: { } done } status } && done == spec.PlanId && NodeWork.IsFinished(spec, status);

    public static bool IsClean(V1Alpha1NodeNetwork network) => IsFinished(network) && network.Status!.Audit is AuditState.Clean or AuditState.NotNeeded;

    private static string? Silence(V1Node node, V1Alpha1NodeNetwork? network, DateTimeOffset now)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        if (ready?.Status == "Unknown")
        {
            return $"its kubelet is silent: {ready.Message ?? "Ready is Unknown"}";
        }

        var heard = network?.Status?.ObservedAt ?? network?.Metadata.CreationTimestamp;
        return heard is { } at && now - at > s_silence ? $"no report of its agent since {at.UtcDateTime:HH:mm:ss} UTC" : null;
    }

    private static string Left(NodeNetworkStatus status)
    {
        var residues = status.Residues ?? [];
        var text = string.Join("; ", residues.Take(MostResidues).Select(r => $"{r.Kind} {r.Where}: {r.Message}"));
        return residues.Count > MostResidues ? $"{text}; and {residues.Count - MostResidues} more" : text.Length > 0 ? text : "an audit found traces";
    }
}
