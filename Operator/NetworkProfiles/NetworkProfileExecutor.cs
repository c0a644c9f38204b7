using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Hops;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;
using NetProfile.NetworkProfiles.Telemetry;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// The only acting: carries out <see cref="NetworkProfilePlan.Step"/> and returns what came of it. Writes no status. Expected
/// failures are values; what it throws is the API's failure or a cancellation.
/// </summary>
internal sealed class NetworkProfileExecutor(IHelmClient helm, StageRender render, RolloutHold hold, HopExecutor hops, OperatorIdentity self, IKubernetesClient client)
{
    public async Task<HelmOutcome> ExecuteAsync(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        using var span = ReconcileSteps.Begin("act");
        span?.SetTag("netprofile.action", plan.Step.Action.ToString());
        return plan.Step.Action switch
        {
            HelmAction.Unlock => await UnlockAsync(seen.LatestRelease!, cancellationToken),
            HelmAction.Install or HelmAction.Upgrade or HelmAction.Rollback => await UpgradeInstallAsync(profile, plan, plan.Next!, seen, cancellationToken),
            HelmAction.PullImages or HelmAction.Preflight or HelmAction.EndPreflight => await hops.ExecuteAsync(profile, plan, seen, cancellationToken),
            _ => new HelmOutcome { Failure = HelmFailure.None },
        };
    }

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
        var rendered = await render.RenderAsync(profile, desired, chart => Labels(profile, plan, stage, Mark(profile, plan, desired, chart)), seen, cancellationToken);
        if (rendered.Failure is { } failure)
        {
            return failure;
        }

        await hold.ReleaseAsync(seen, desired.Release, cancellationToken);
        foreach (var secret in stage.Renews)
        {
            await client.DeleteAsync<V1Secret>(new NamespacedName(desired.Release.Namespace, secret), new DeleteOptions(), cancellationToken);
        }

        return await helm.UpgradeInstallAsync(rendered.Request!, cancellationToken);
    }

    private HelmMark Mark(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, DesiredRelease desired, LocalChart chart) => new()
    {
        Profile = profile.Metadata.Name!,
        Revision = plan.Release!.NextRevision,
        ValuesDigest = desired.ValuesDigest,
        ChartDigest = chart.Digest,
        Holder = self.ToString(),
    };

    private static Dictionary<string, string> Labels(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, ReleaseStage stage, HelmMark mark)
    {
        var back = plan.Step.Action == HelmAction.Rollback;
        var labels = mark.ToLabels().Concat(new PlanMark(plan.Digest ?? "", back ? "" : PlanMark.TargetOf(plan.Desired!), stage.Name).ToLabels());
        return (back ? labels.Append(PlanMark.Rejected(plan.Desired!, profile.Metadata.Generation ?? 0, mark.Revision)) : labels).ToDictionary();
    }
}
