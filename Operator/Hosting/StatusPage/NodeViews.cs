using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.Hosting.StatusPage;

/// <summary>Each node in one word, from what is in memory: the worst that is known of it, else where it stands. Pure.</summary>
internal static class NodeViews
{
    /// <summary>As long as conditions wait before they call it trouble.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<NodeView> Of(IEnumerable<V1Node> nodes, IEnumerable<V1Pod> pods, IEnumerable<V1Alpha1NodeNetwork> networks, NetworkProfileStatus? status, DateTimeOffset now)
    {
        var agents = pods
            .Where(p => p.Spec?.NodeName is not null && p.Metadata.DeletionTimestamp is null && ComponentNames.IsPodOf(CiliumComponent.Agent, p) && !PodDiagnosis.IsLeftOver(p))
            .GroupBy(p => p.Spec!.NodeName!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.MaxBy(p => p.Metadata.CreationTimestamp)!, StringComparer.Ordinal);
        var networkOf = networks.ToDictionary(n => n.Metadata.Name!, n => n.Status, StringComparer.Ordinal);
        var notable = (status?.Nodes?.Notable ?? []).DistinctBy(n => n.Name).ToDictionary(n => n.Name!, StringComparer.Ordinal);
        var atWork = status?.Phase is NetworkProfilePhase.Cleaning or NetworkProfilePhase.Migrating;
        return
        [
            .. nodes.OrderBy(n => n.Metadata.Name, NaturalOrder.Instance)
                .Select(n => Of(n, agents.GetValueOrDefault(n.Metadata.Name!), networkOf.GetValueOrDefault(n.Metadata.Name!), Notable(notable.GetValueOrDefault(n.Metadata.Name!), agents.GetValueOrDefault(n.Metadata.Name!), now), atWork)),
        ];
    }

    /// <summary>An agent that has just been made may take its time.</summary>
    private static NotableNode? Notable(NotableNode? notable, V1Pod? agent, DateTimeOffset now) =>
        notable?.State is "AgentNotReady" or "AgentStarting" && agent?.Metadata.CreationTimestamp > now - s_patience ? null : notable;

    private static NodeView Of(V1Node node, V1Pod? agent, NodeNetworkStatus? network, NotableNode? notable, bool atWork)
    {
        var judged = Judge(node, agent, network, notable, atWork);
        return new NodeView
        {
            Name = node.Metadata.Name!,
            Tone = judged.Tone,
            State = judged.State,
            Message = judged.Message,
            Since = judged.Since,
            Agent = VersionOf(agent),
            Audit = network?.Audit?.ToString(),
            Kernel = node.Status?.NodeInfo?.KernelVersion,
            Cordoned = node.Spec?.Unschedulable is true ? true : null,
        };
    }

    private static (NodeTone Tone, string State, string? Message, DateTimeOffset? Since) Judge(V1Node node, V1Pod? agent, NodeNetworkStatus? network, NotableNode? notable, bool atWork)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        var migration = network?.Migration;
        var failed = network?.Results?.FirstOrDefault(r => r.State is NodeTaskState.Failed);
        return (NodeEligibility.Excluded(node), migration?.State) switch
        {
            ({ } why, _) => (NodeTone.Skipped, "Skipped", why, null),
            (_, NodeMigrationState.Failed) => (NodeTone.Failed, "Failed", migration!.Message, migration.Since),
            _ when ready?.Status is not ("True" or "False") => (NodeTone.Failed, "Unreachable", ready?.Message ?? "its kubelet is silent", ready?.LastTransitionTime),
            _ when failed is not null => (NodeTone.Failed, "Failed", $"{failed.Id}: {failed.Message}", failed.At),
            (_, NodeMigrationState.Pending) => (NodeTone.Waiting, "Pending", migration!.Message, migration.Since),
            (_, NodeMigrationState.Skipped) => (NodeTone.Skipped, "Skipped", migration!.Message, migration.Since),
            (_, { } state and not NodeMigrationState.Done) => (NodeTone.Working, state.ToString(), migration!.Message, migration.Since),
            _ when network?.Audit == AuditState.Dirty => (atWork ? NodeTone.Working : NodeTone.Attention, "Dirty", Residues(network), network.ObservedAt),
            _ when notable is not null => (NodeTone.Attention, notable.State ?? "Notable", notable.Message, null),
            _ when agent is null => (NodeTone.Waiting, "NoAgent", "no Cilium agent runs here", null),
            _ when agent.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", IsTrue: true }) is { } since => (NodeTone.Ready, "Ready", null, since.LastTransitionTime),
            _ => (NodeTone.Working, "AgentStarting", $"pod {agent.Metadata.Name} is not ready yet", agent.Metadata.CreationTimestamp),
        };
    }

    private static string Residues(NodeNetworkStatus network)
    {
        var left = network.Residues ?? [];
        return left.Count == 0 ? "traces of the previous network are left" : $"{left.Count} traces of the previous network are left: {string.Join(", ", left.Take(5).Select(r => r.Where))}{(left.Count > 5 ? ", …" : "")}";
    }

    private static string? VersionOf(V1Pod? agent)
    {
        var image = agent?.Spec?.Containers?.FirstOrDefault(c => c.Name == ComponentNames.AgentContainer)?.Image?.Split('@')[0];
        var colon = image?.LastIndexOf(':') ?? -1;
        return colon < 0 || image!.IndexOf('/', colon) >= 0 ? null : image[(colon + 1)..].TrimStart('v');
    }
}
