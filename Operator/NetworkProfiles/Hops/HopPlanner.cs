using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;
using HelmReleased = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.HelmReleased;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>What comes before a stage's helm: nothing, a step, or a wait.</summary>
/// <param name="Step">null when there is none to take now.</param>
/// <param name="Waiting">null when nothing is waited for.</param>
/// <param name="Blocker">What a person has to mend; null when nothing is broken.</param>
/// <param name="IsLeftOver">Something is there that no stage needs any more.</param>
internal sealed record HopPreparation(HelmStep? Step, Waiting? Waiting, Blocker? Blocker, bool IsLeftOver = false)
{
    public static readonly HopPreparation Ready = new(null, null, null);
}

/// <summary>
/// Before agents are replaced by other images: the images on every node, then, where the minor changes upwards, Cilium's own preflight.
/// Level-triggered like all planning: told by what is there, so that it goes on after any restart. Pure.
/// </summary>
internal static class HopPlanner
{
    public static HopPreparation Plan(EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease? running, ReleaseStage? next, AgentRollout rollout)
    {
        var pull = ImagePullProgress.Of(seen);
        if (running is null || next is null || !spec.Rollout.PrePull || ImagePull.KeyOf(next) is var key && key == ImagePull.KeyOf(running.ChartVersion, running.Values))
        {
            // What a roll needs stays until it is over, and while a revision is pending nobody can tell which one comes next.
            var isOver = seen.Holder == PendingHolder.None && (next is not null || rollout.IsRolled || running is null);
            return isOver && (pull is not null || seen.Hop.Preflight.Count > 0) ? HopPreparation.Ready with { IsLeftOver = true } : HopPreparation.Ready;
        }

        var version = next.Release.Chart.Version;
        if (pull is null || pull.Key != key)
        {
            return Step(HelmAction.PullImages, $"the images of Cilium {version} are pulled on every node before an agent is restarted");
        }

        if (pull.Failure is { } failure)
        {
            return new HopPreparation(null, null, Blocker.Release(HelmReleased.ImagePullFailed,
                $"{next.Name} can't begin, and nothing was restarted: {failure}: mend the registry, the mirror or the pull secret (the kubelet tries again by itself), or set spec.rollout.prePull to false"));
        }

        if (!pull.IsDone)
        {
            return Wait(HelmReleased.PullingImages, $"{next.Name} begins when its images are on every node: {pull.Text}");
        }

        return Preflight(seen, pull, running.ChartVersion, next);
    }

    private static HopPreparation Preflight(NetworkProfileObservation seen, ImagePullProgress pull, string runningVersion, ReleaseStage next)
    {
        var version = next.Release.Chart.Version;
        var latest = seen.Hop.Preflight.Count == 0 ? null : seen.Hop.Preflight[^1];
        if (pull.PreflightPassed || !CiliumPreflight.IsNeeded(runningVersion, version))
        {
            return latest is null ? HopPreparation.Ready
                : seen.Hop.PreflightHolder == PendingHolder.MaybeAlive ? Busy(next)
                : Step(HelmAction.EndPreflight, $"Cilium's preflight for {version} is over");
        }

        if (latest is null)
        {
            return Step(HelmAction.Preflight, $"Cilium's own preflight of {version} checks nodes and policies");
        }

        if (seen.Hop.PreflightHolder == PendingHolder.MaybeAlive)
        {
            return Busy(next);
        }

        if (latest.Status != HelmReleaseStatus.Deployed || latest.ChartVersion != version)
        {
            return Step(HelmAction.EndPreflight, $"a preflight of Cilium {latest.ChartVersion} was not ended");
        }

        var (verdict, text) = CiliumPreflight.Judge(seen);
        return verdict switch
        {
            PreflightVerdict.Passed => Step(HelmAction.EndPreflight, $"Cilium's preflight for {version} went well"),
            PreflightVerdict.Failed => new HopPreparation(null, null, Blocker.Release(HelmReleased.CiliumPreflightFailed,
                $"{next.Name} can't begin, and nothing was restarted: Cilium's preflight fails: {text}: mend the policies that it names, or set spec.rollout.prePull to false to go on without it")),
            _ => Wait(HelmReleased.PullingImages, $"{next.Name} begins when Cilium's preflight is through: {text}"),
        };
    }

    private static HopPreparation Step(HelmAction action, string because) => new(new HelmStep(action, because), null, null);

    private static HopPreparation Wait(string reason, string message) => new(null, new Waiting(message) { Reason = reason }, null);

    private static HopPreparation Busy(ReleaseStage next) =>
        Wait(HelmReleased.PullingImages, $"{next.Name} begins when the helm process of an earlier operator is known to be gone, which works on release {CiliumPreflight.ReleaseName}");
}
