using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>The release's stages of a migration: one with the values for two networks side by side, and one with the spec's own. Pure.</summary>
internal static class MigrationPath
{
    /// <returns>null when no migration decides about the release.</returns>
    public static ReleasePath? Of(DesiredReview desired, HelmDecision? decision, HelmRelease? running, MigrationPlan migration)
    {
        if (desired.Target is not { } target || decision is null or { State: HelmState.InSync or HelmState.Locked } || !migration.IsUnderWay)
        {
            return null;
        }

        var isBeside = PlanMark.Of(running)?.Stage.StartsWith(MigrationPlanner.BesideName, StringComparison.Ordinal) == true;
        var last = new ReleaseStage
        {
            Name = MigrationPlanner.FinalValuesName,
            Because = "only Cilium is left, so what was set for the time of the migration is taken back",
            Release = target,
            Disruption = Disruption.AgentRestart,
            NeedsSettledAgents = true,
        };
        if (migration.Interim is not { } interim)
        {
            return isBeside ? new ReleasePath([last], null) : null;
        }

        var beside = desired with { Context = desired.Context with { Interim = interim }, Target = desired.Release(target.Chart.Version, desired.ValuesWith(interim)) };
        if (running is not null && isBeside && running.ChartVersion == target.Chart.Version && ValuesDigest.Of(running.Values) == beside.Target!.ValuesDigest)
        {
            return new ReleasePath([last], null);
        }

        var path = ReleasePathBuilder.Build(beside, running, running is null ? "Cilium is installed beside the old network" : "both networks run side by side for the time of the migration");
        return path.Refusal is not null
            ? path
            : path with { Stages = [.. path.Stages.Select((stage, i) => i == path.Stages.Count - 1 ? stage with { Name = MigrationPlanner.BesideName } : stage), last] };
    }
}
