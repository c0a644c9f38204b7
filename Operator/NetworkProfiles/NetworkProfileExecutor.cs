using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// The only acting: carries out <see cref="NetworkProfilePlan.Step"/> and returns what came of it. Writes no status. Expected
/// failures are values; what it throws is the API's failure or a cancellation.
/// </summary>
internal sealed class NetworkProfileExecutor(IHelmClient helm, ReleaseDryRun dryRun, RolloutHold hold, OperatorIdentity self)
{
    public Task<HelmOutcome> ExecuteAsync(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken) =>
        plan.Step.Action switch
        {
            HelmAction.Unlock => UnlockAsync(seen.LatestRelease!, cancellationToken),
            HelmAction.Install or HelmAction.Upgrade or HelmAction.Rollback => UpgradeInstallAsync(profile, plan, plan.Next!, seen, cancellationToken),
            _ => Task.FromResult(new HelmOutcome { Failure = HelmFailure.None }),
        };

    private async Task<HelmOutcome> UnlockAsync(HelmRelease pending, CancellationToken cancellationToken)
    {
        await helm.UnlockAsync(pending.Release, pending.Revision, cancellationToken);
        return new HelmOutcome { Failure = HelmFailure.None, Message = $"revision {pending.Revision} was marked as failed: the helm process that held it is gone" };
    }

    /// <summary>Chart → rendered objects → server-side dry run of each → helm. Until the last step the release is untouched.</summary>
    private async Task<HelmOutcome> UpgradeInstallAsync(
        V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, ReleaseStage stage, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var desired = stage.Release;
        var fetched = await helm.FetchChartAsync(desired.Chart, cancellationToken);
        if (fetched.Chart is not { } chart)
        {
            return new HelmOutcome { Failure = fetched.Failure, Message = fetched.Message };
        }

        var force = DesiredReleaseBuilder.ForcesConflicts(profile);
        var mark = new HelmMark
        {
            Profile = profile.Metadata.Name!,
            Revision = plan.Release!.NextRevision,
            ValuesDigest = desired.ValuesDigest,
            ChartDigest = chart.Digest,
            Holder = self.ToString(),
        };
        var request = new HelmUpgrade
        {
            Release = desired.Release,
            Chart = chart,
            Values = desired.Values,
            Timeout = HelmTimeouts.Operation,
            Description = $"NetworkProfile {profile.Metadata.Name} generation {profile.Metadata.Generation}",
            Labels = Labels(profile, plan, stage, mark),
            ForceConflicts = force,
            KubeVersion = seen.KubernetesVersion,
        };
        var rendered = await helm.TemplateAsync(request, cancellationToken);
        if (!rendered.Succeeded)
        {
            return rendered;
        }

        var refusals = await dryRun.CheckAsync(rendered.Output, desired.Release, force, cancellationToken);
        if (refusals.Count > 0)
        {
            return new HelmOutcome { Failure = refusals[0].Failure, Message = Summary.Of(refusals.Select(r => r.Message), most: 5) };
        }

        await hold.ReleaseAsync(seen, desired.Release, cancellationToken);
        return await helm.UpgradeInstallAsync(request, cancellationToken);
    }

    private static Dictionary<string, string> Labels(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, ReleaseStage stage, HelmMark mark)
    {
        var back = plan.Step.Action == HelmAction.Rollback;
        var labels = mark.ToLabels().Concat(new PlanMark(plan.Digest ?? "", back ? "" : PlanMark.TargetOf(plan.Desired!), stage.Name).ToLabels());
        return (back ? labels.Append(PlanMark.Rejected(plan.Desired!, profile.Metadata.Generation ?? 0, mark.Revision)) : labels).ToDictionary();
    }
}
