using System.Globalization;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Pods;
using static NetProfile.Crds.NodeNetworks.NodeMigrationState;

namespace NetProfile.NetworkProfiles.Migration.NodeByNode;

/// <summary>
/// One node's way: Pending → Cordoned → Drained → Switched → Cleaned → Verified → Done. Each state says what has been proven, and is
/// told by its NodeNetwork alone, so that whoever comes next goes on from there. Cleaned means that no pod of the old network is left;
/// its devices stay until every node is switched, because pods elsewhere are reached through them. Pure.
/// </summary>
internal static class NodeStateMachine
{
    public const string DrainTimedOut = "DrainTimedOut";
    public const string AgentNotReady = "AgentNotReady";
    public const string PodsLeft = "PodsLeft";
    public const string NotVerified = "NotVerified";
    public const string NodeDown = "NodeDown";
    public const string SkipLabel = "SkipLabel";
    public const string Retried = "Retried";
    public const string OnlyNode = "OnlyNode";

    private const int MostHistory = 20;

    /// <summary>Pulling an image, starting, and the first answer.</summary>
    private static readonly TimeSpan s_agentStarts = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan s_verifies = TimeSpan.FromMinutes(5);

    /// <summary>A kubelet that is silent for a moment is no failure.</summary>
    private static readonly TimeSpan s_comesBack = TimeSpan.FromMinutes(2);

    /// <param name="at">The node.</param>
    /// <param name="mayBegin">It is its turn.</param>
    /// <param name="retry">A person wants what failed to be tried again.</param>
    /// <param name="drainTimeout">How long its pods may take to leave.</param>
    /// <param name="allowBare">Pods that nothing would make again may go, too.</param>
    /// <param name="now">The time of the observation.</param>
    public static NodeStep Next(NodeSituation at, bool mayBegin, bool retry, TimeSpan drainTimeout, bool allowBare, DateTimeOffset now)
    {
        if (at.IsSkipped && !at.IsPastSwitch)
        {
            return at.State == Skipped && !at.IsCordonedByUs ? Stay(at) : To(at, Skipped, SkipLabel, "a person has left it out", now, NodeEffect.Uncordon);
        }

        var since = at.Migration?.Since ?? now;
        var age = now - since;
        return at.State switch
        {
            Skipped => To(at, Pending, null, "", now),
            Pending => mayBegin && !at.IsDown ? at.IsOnly && !at.IsCordonedByUs ? BeginInPlace(at, now) : Begin(at, now) : Stay(at),
            Failed => AfterFailure(at, retry, now),
            Done => Stay(at),
            _ when at.IsDown => age > s_comesBack ? To(at, Failed, NodeDown, "nothing is heard of its kubelet; work on it goes on when it is back", now) : Stay(at),
            Cordoned => Drain(at, age, drainTimeout, allowBare, now),
            Drained => Switch(at, age, now),
            Switched => Rid(at, age, drainTimeout, allowBare, now),
            Cleaned => Verify(at, age, now),
            _ => To(at, Done, null, "", now, NodeEffect.Uncordon),
        };
    }

    /// <summary>Pods that have to leave a node before it is switched: those that can live elsewhere.</summary>
    public static bool LeavesByDrain(WorkloadPod pod, bool allowBare) => pod is { IsStatic: false, Owner.Kind: not PodOwner.DaemonSet } || (pod is { IsStatic: false, Owner: null } && allowBare);

    /// <summary>Pods that are made anew once it is: all that can be.</summary>
    public static bool IsMadeAnew(WorkloadPod pod, bool allowBare) => !pod.IsStatic && (pod.Owner is not null || allowBare);

    private static NodeStep Begin(NodeSituation at, DateTimeOffset now)
    {
        var step = To(at, Cordoned, null, "", now, NodeEffect.Cordon);
        return step with { Migration = step.Migration! with { WasCordoned = at.IsCordoned && !at.IsCordonedByUs, Attempts = (at.Migration?.Attempts ?? 0) + 1, ReplacedAgent = null } };
    }

    /// <summary>Pods that have nowhere to go stay, run on the old network's devices, and are made anew once the node is switched.</summary>
    private static NodeStep BeginInPlace(NodeSituation at, DateTimeOffset now)
    {
        if (at.AgentUid is not { } agent)
        {
            return Stay(at);
        }

        var step = To(at, Drained, OnlyNode, "no other node could take its pods: it isn't cordoned, and they are made anew in place", now);
        return step with { Migration = step.Migration! with { WasCordoned = at.IsCordoned, Attempts = (at.Migration?.Attempts ?? 0) + 1, ReplacedAgent = agent } };
    }

    private static NodeStep Drain(NodeSituation at, TimeSpan age, TimeSpan limit, bool allowBare, DateTimeOffset now)
    {
        var left = at.OldPods?.Where(p => LeavesByDrain(p, allowBare) || p is { Owner: null, IsStatic: false }).ToList();
        if (left is { Count: 0 } && at.AgentUid is { } agent)
        {
            var step = To(at, Drained, null, "", now);
            return step with { Migration = step.Migration! with { ReplacedAgent = agent } };
        }

        if (age > limit)
        {
            // Nothing was switched yet: the node goes back to its work, with the network that it had.
            return To(at, Failed, DrainTimedOut, string.Create(CultureInfo.InvariantCulture, $"it was not drained within {limit.TotalSeconds:0} s{Named(left)}{Said(at)}"), now, NodeEffect.Uncordon);
        }

        return Stay(at) with { MovesPods = left is { Count: > 0 } };
    }

    private static NodeStep Switch(NodeSituation at, TimeSpan age, DateTimeOffset now)
    {
        var isReplaced = at.AgentUid is not null && at.AgentUid != at.Migration!.ReplacedAgent;
        if (isReplaced && at is { IsSwitchedByLabel: true, IsAgentReady: true })
        {
            return To(at, Switched, null, "", now);
        }

        return age > s_agentStarts
            ? To(at, Failed, AgentNotReady, "its agent did not get ready with the new configuration: see that pod's events and log", now)
            : Stay(at) with { Effect = at.IsSwitchedByLabel && isReplaced ? NodeEffect.None : NodeEffect.Switch, AgentUid = isReplaced ? null : at.AgentUid };
    }

    private static NodeStep Rid(NodeSituation at, TimeSpan age, TimeSpan limit, bool allowBare, DateTimeOffset now)
    {
        var left = at.OldPods?.Where(p => IsMadeAnew(p, allowBare)).ToList();
        if (left is { Count: 0 })
        {
            return To(at, Cleaned, null, "", now);
        }

        return age > limit && age > s_agentStarts
            ? To(at, Failed, PodsLeft, $"pods of the old network are left{Named(left)}{Said(at)}", now)
            : Stay(at) with { MovesPods = left is { Count: > 0 } };
    }

    private static NodeStep Verify(NodeSituation at, TimeSpan age, DateTimeOffset now) =>
        at.Doubt is null ? To(at, Verified, null, "", now)
        : age > s_verifies ? To(at, Failed, NotVerified, at.Doubt, now)
        : Stay(at);

    /// <summary>What mends itself goes on by itself; what a person has to see to, when a person says so.</summary>
    private static NodeStep AfterFailure(NodeSituation at, bool retry, DateTimeOffset now)
    {
        var last = at.LastProven;
        if (last is Pending or Cordoned)
        {
            return retry || (at.Migration!.Reason == NodeDown && !at.IsDown) ? To(at, Pending, Retried, "", now, at.IsCordonedByUs ? NodeEffect.Uncordon : NodeEffect.None) : Stay(at);
        }

        var mended = !at.IsDown && (at.Migration!.Reason switch
        {
            NodeDown => true,
            AgentNotReady => at.IsAgentReady && at.AgentUid != at.Migration.ReplacedAgent,
            PodsLeft => at.OldPods is { Count: 0 },
            NotVerified => at.Doubt is null,
            _ => false,
        });
        return mended || (retry && !at.IsDown) ? To(at, last, Retried, "", now) : Stay(at);
    }

    private static NodeStep Stay(NodeSituation at) => new(at.Name, NodeEffect.None, null);

    private static NodeStep To(NodeSituation at, NodeMigrationState state, string? reason, string message, DateTimeOffset now, NodeEffect effect = NodeEffect.None) =>
        new(at.Name, effect, Reached(at.Migration, state, reason, message, now));

    public static NodeMigration Reached(NodeMigration? before, NodeMigrationState state, string? reason, string message, DateTimeOffset now) => (before ?? new NodeMigration()) with
    {
        State = state,
        Since = now,
        Reason = reason,
        Message = message.Length == 0 ? null : message,
        History = [.. (before?.History ?? []).TakeLast(MostHistory - 1), new NodeMigrationStep { State = state, At = now }],
    };

    private static string Named(List<WorkloadPod>? left) => left is { Count: > 0 } ? $": {NodeNames.Join(left.Select(p => p.FullName), 5)}" : "";

    private static string Said(NodeSituation at) => at.Migration?.Message is { } message ? $"; {message}" : "";
}
