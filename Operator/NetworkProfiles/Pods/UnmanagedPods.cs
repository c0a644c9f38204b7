using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Migration;
using AgentsReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.AgentsReady;
using PodsManaged = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.PodsManaged;
using RoutingActive = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.RoutingActive;

namespace NetProfile.NetworkProfiles.Pods;

/// <summary>spec.unmanagedPods: whether pods of another network are restarted, and the doing of it. One call for the controller.</summary>
internal sealed class UnmanagedPods(PodMover mover, PodCounter counter)
{
    /// <summary>How long a pod takes to be away and back is a matter of seconds.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_blockedPace = TimeSpan.FromSeconds(15);

    private const int MostRefusals = 20;

    /// <summary>How often to count; null where nothing is moved.</summary>
    public static TimeSpan? Pace(V1Alpha1NetworkProfile profile, EffectiveSpec spec, bool isNodeByNode) =>
        isNodeByNode ? s_pace
        : spec.Suspend || spec.UnmanagedPods == UnmanagedPodsPolicy.Observe ? null
        : profile.Status?.Conditions?.Any(c => c.Type == PodsManaged.Type && c.Reason == PodsManaged.EvictionBlocked) ?? false ? s_blockedPace
        : s_pace;

    /// <summary>What a migration has decided, or else what the spec says once the new network is known to work.</summary>
    /// <param name="profile">Its annotations count.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="plan">What was decided from it.</param>
    /// <param name="isTrue">Whether a condition is True now.</param>
    public static PodMoveOptions OptionsOf(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NetworkProfilePlan plan, Func<string, bool> isTrue)
    {
        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var whyNot = spec switch
        {
            { Suspend: true } => "spec.suspend is true",
            { UnmanagedPods: UnmanagedPodsPolicy.Observe } => "spec.unmanagedPods is Observe",
            _ when plan.Blockers.Count > 0 => "something stands in the way of the whole plan",
            _ when plan.Freeze is not null => "the roll of the agents is frozen",
            _ when plan.Migration.IsUnderWay && !plan.MayAct => "the migration isn't approved",
            _ when plan.Migration is { IsUnderWay: true, MovesPods: false } => "the migration hasn't come to that step",

            // Once the old network is parked, pods that still have theirs from it (their node was down) are cut off, and a restart mends that.
            _ when plan.Migration is { IsUnderWay: true, DeletesPods: false } && !PreviousCniEvidence.Of(seen).IsParked && MigrationProbes.Hindrance(seen) is { } hindrance => hindrance,
            _ when !plan.Migration.IsUnderWay && plan.Wanted.Action != HelmAction.None => "a change of the release is outstanding",
            _ when !LiveNetwork.IsProven(spec, seen, isTrue) => $"the new network isn't proven to work ({AgentsReady.Type}, {RoutingActive.Type})",
            _ => null,
        };
        return new PodMoveOptions
        {
            Mode = plan.Migration is { IsUnderWay: true, DeletesPods: true } ? PodMoveMode.Delete : PodMoveMode.Evict,
            MayMove = whyNot is null,
            WhyNot = whyNot,
            AllowBare = AllowsBare(profile),
            Nodes = seen.Nodes.Count,
        };
    }

    public static bool AllowsBare(V1Alpha1NetworkProfile profile) => profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.BarePodsAnnotation) == NetworkProfileNames.DeleteBarePods;

    /// <returns>The report, with what the API refused.</returns>
    public async Task<NetworkProfileStatus> ExecuteAsync(
        V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, NetworkProfilePlan plan, NetworkProfileStatus report, CancellationToken cancellationToken)
    {
        if (seen.PodCensus is not { Error: null, Unmanaged.Count: > 0 } census)
        {
            return report;
        }

        var options = OptionsOf(profile, seen, plan, type => report.Conditions!.Any(c => c.Type == type && c.Status == ConditionStatus.True));
        var moves = PodMovePlanner.Plan(census, profile.Status?.Pods?.Refused, options, seen.ObservedAt);
        if (moves.Now.Count == 0)
        {
            return report;
        }

        var refused = await mover.MoveAsync(moves.Now, options.Mode, cancellationToken);
        counter.Forget();
        return report with { Pods = StatusOf(moves, refused) };
    }

    /// <summary>One refusal for each owner: the newest. What was tried and not refused is no longer so.</summary>
    public static PodsStatus StatusOf(PodMovePlan moves, IReadOnlyList<RefusedPod> refused)
    {
        var tried = moves.Now.Select(KeyOf).ToHashSet();
        return new PodsStatus
        {
            Unmanaged = moves.Unmanaged,
            Refused = refused.DistinctBy(KeyOf).Concat(moves.Refused.Where(r => !tried.Contains(KeyOf(r)))).Take(MostRefusals).ToList() is { Count: > 0 } some ? some : null,
        };
    }

    private static string? KeyOf(WorkloadPod pod) => pod.Owner?.ToString() ?? pod.FullName;

    private static string? KeyOf(RefusedPod refusal) => refusal.Owner ?? refusal.Pod;
}
