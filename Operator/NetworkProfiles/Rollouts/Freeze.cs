using System.Globalization;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>Why nothing goes on until a person has chosen.</summary>
/// <param name="Message">What failed, where, and the three choices.</param>
/// <param name="IsHeld">The DaemonSet replaces no more agents.</param>
/// <param name="IsRolledBack">The revision before it runs again; what the profile asks for is not tried again by itself.</param>
public sealed record Freeze(string Message, bool IsHeld, bool IsRolledBack);

/// <summary>Told by the API's objects alone: by what agents do, by the mark on a held DaemonSet, by the mark of a rollback. Pure.</summary>
internal static class FreezeRule
{
    private const int MostNodes = 5;

    public static Freeze? Of(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease? running, AgentRollout rollout, PlanMark? mark, bool isMidPath, DesiredRelease? target, RolloutLimits limits)
    {
        if (running is null || HelmMark.Of(running) is null)
        {
            return null;
        }

        if (PlanMark.Rejects(running, target, profile.Metadata.Generation ?? 0))
        {
            return new Freeze(
                $"the upgrade failed and revision {running.Revision} has Cilium {running.ChartVersion} and its values again; what the profile asks for is tried again once its spec changes, or with {Annotate(profile, NetworkProfileNames.Actions.Retry)}",
                IsHeld: false, IsRolledBack: true);
        }

        var hold = HoldMark.Of(seen, running);
        if (mark is null || hold is { IsContinued: true } || RollbackTarget(seen, running) is not { } back)
        {
            return null;
        }

        if (hold is { IsFrozen: true })
        {
            return new Freeze($"{hold.Reason}; {Choices(profile, back)}", IsHeld: true, IsRolledBack: false);
        }

        return Failure(profile, spec, seen, running, rollout, isMidPath, limits) is { } failure ? new Freeze($"{failure}; {Choices(profile, back)}", IsHeld: false, IsRolledBack: false) : null;
    }

    /// <summary>The newest earlier revision that was another one; null after a first installation.</summary>
    public static HelmRelease? RollbackTarget(NetworkProfileObservation seen, HelmRelease running) => seen.History.LastOrDefault(r =>
        r.Revision < running.Revision && r.Status == HelmReleaseStatus.Superseded
        && (r.ChartVersion != running.ChartVersion || ValuesDigest.Of(r.Values) != ValuesDigest.Of(running.Values)));

    /// <summary>What is wrong with the roll; null while it goes well.</summary>
    public static string? Failure(V1Alpha1NetworkProfile profile, EffectiveSpec spec, NetworkProfileObservation seen, HelmRelease running, AgentRollout rollout, bool isMidPath, RolloutLimits limits)
    {
        if (!rollout.Exists || (rollout.IsRolled && !isMidPath))
        {
            return null;
        }

        if (rollout is { IsRolled: true, IsReady: true })
        {
            return !(seen.ObservedAt - rollout.ReadySince <= limits.NoProgress) && HasBeenAmiss(profile, seen, limits) && AgentsWord.Trouble(rollout, seen, spec) is { } trouble
                ? $"all agents of Cilium {running.ChartVersion} are ready, and for {limits.NoProgress.TotalMinutes:0} minutes have not been well: {trouble}"
                : null;
        }

        var began = (running.LastDeployed ?? DateTimeOffset.MinValue) - limits.ClockSkew;
        var failing = rollout.Agents.Where(a => a is { CrashLoop: not null, Terminating: false } && a.CreatedAt >= began).ToList();
        var batch = Canary.PresentBatch(spec, seen, running, rollout);
        if (failing.Count > 0 && (failing.Count > spec.Rollout.FailureBudget || failing.Count >= batch))
        {
            var words = failing.Select(a => seen.Agents.LastWords.GetValueOrDefault(a.Node)).FirstOrDefault(w => w is not null) ?? failing[0].CrashLoop;
            return $"agents of Cilium {running.ChartVersion} crash on {Names(failing)}: {words}";
        }

        var last = rollout.Agents.SelectMany(a => new[] { a.CreatedAt, a.ReadySince }).Append(running.LastDeployed).Max();
        var stuck = rollout.Agents.Where(a => a is { Ready: false, Lost: false }).ToList();
        return stuck.Count > 0 && seen.ObservedAt - last > limits.NoProgress
            ? $"no agent of Cilium {running.ChartVersion} has become ready for {limits.NoProgress.TotalMinutes:0} minutes; not ready: {Names(stuck)}"
            : null;
    }

    /// <summary>Told by the conditions that stand in the API, so that a moment's trouble freezes nothing, and a restart forgets nothing.</summary>
    private static bool HasBeenAmiss(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, RolloutLimits limits) => profile.Status?.Conditions?.Any(c =>
        c is { Status: ConditionStatus.False, Type: NetworkProfileConditions.AgentsReady.Type } or { Status: ConditionStatus.False, Reason: NetworkProfileConditions.RoutingActive.PeersUnreachable } && seen.ObservedAt - c.LastTransitionTime > limits.NoProgress) ?? false;

    private static string Names(List<AgentPod> agents) =>
        string.Join(", ", agents.Select(a => a.Node).Order(StringComparer.Ordinal).Take(MostNodes)) + (agents.Count > MostNodes ? $" and {(agents.Count - MostNodes).ToString(CultureInfo.InvariantCulture)} more" : "");

    private static string Choices(V1Alpha1NetworkProfile profile, HelmRelease back) =>
        $"no more agents are replaced. Choose: retry (the same again), rollback (to revision {back.Revision}, Cilium {back.ChartVersion}) or continue (leave these nodes and go on): {Annotate(profile, "retry|rollback|continue")}; or change the spec";

    private static string Annotate(V1Alpha1NetworkProfile profile, string action) =>
        $"kubectl annotate --overwrite networkprofile {profile.Metadata.Name} {NetworkProfileNames.ActionAnnotation}={action} {NetworkProfileNames.RequestedAtAnnotation}=$(date +%s)";
}
