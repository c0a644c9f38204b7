using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Reporting;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>
/// Every revision begins with one agent, whatever the batch: its values say so. Once that agent is ready and says that it is well, the
/// operator widens the DaemonSet's batch to spec.rollout.maxUnavailable, and gives that up when all agents run. Pure.
/// </summary>
internal static class Canary
{
    public static RolloutStep StepOf(EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease? running, AgentRollout rollout, bool isLast)
    {
        if (running is null || HelmMark.Of(running) is null || !rollout.Exists || !rollout.Observed)
        {
            return RolloutStep.None;
        }

        var hold = HoldMark.Of(seen, running);
        if (rollout.IsRolled)
        {
            return hold is { IsWidened: true } or { IsRetried: true } && rollout.IsReady && isLast ? RolloutStep.Narrow : RolloutStep.None;
        }

        return hold is null or { IsRetried: true } && IsOneByOne(running) && BatchOf(spec, rollout) > 1 && IsWell(seen, spec, rollout) ? RolloutStep.Widen : RolloutStep.None;
    }

    public static int BatchOf(EffectiveSpec spec, AgentRollout rollout) => Math.Max(1, spec.Rollout.MaxUnavailable.Scale(rollout.Desired, roundUp: true));

    /// <summary>How many agents may be replaced at once now.</summary>
    public static int PresentBatch(EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease running, AgentRollout rollout) =>
        IsOneByOne(running) && HoldMark.Of(seen, running) is not { IsWidened: true } ? CiliumValues.CanarySize : BatchOf(spec, rollout);

    private static bool IsOneByOne(HelmRelease running) =>
        running.Values["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"]?.ToString() == CiliumValues.CanarySize.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsWell(NetworkProfileObservation seen, EffectiveSpec spec, AgentRollout rollout)
    {
        // The DaemonSet goes on to the next node at once, so that there is always one that isn't ready.
        var current = rollout.Agents.Where(a => a is { IsCurrent: true, Lost: false, Terminating: false }).ToList();
        return current.TrueForAll(a => a.CrashLoop is null) && current.Exists(a => a.Ready
            && seen.Agents.Agents.FirstOrDefault(r => r.Pod == a.Pod) is { } report
            && AgentJudgement.Of(report, seen, spec, [], []) is { State: AgentState.Well, Outdated: false });
    }
}
