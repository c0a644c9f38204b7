using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Paths;

namespace NetProfile.NetworkProfiles.Hops;

/// <summary>Carries out what comes before a stage's helm. The release itself is not touched.</summary>
internal sealed class HopExecutor(IKubernetesClient client, IHelmClient helm, StageRender render, OperatorIdentity self)
{
    private static readonly HelmOutcome s_done = new() { Failure = HelmFailure.None };

    public Task<HelmOutcome> ExecuteAsync(V1Alpha1NetworkProfile profile, NetworkProfilePlan plan, NetworkProfileObservation seen, CancellationToken cancellationToken) => plan.Step.Action switch
    {
        HelmAction.PullImages => PullAsync(profile, plan.Next!, seen, cancellationToken),
        HelmAction.Preflight => PreflightAsync(profile, plan.Next!, seen, cancellationToken),
        _ => EndPreflightAsync(plan.Next!, seen, cancellationToken),
    };

    /// <summary>Takes away what no stage needs.</summary>
    public async Task EndAsync(NetworkProfileObservation seen, string ns, CancellationToken cancellationToken)
    {
        if (seen.Hop.Preflight.Count > 0 && seen.Hop.PreflightHolder != PendingHolder.MaybeAlive)
        {
            await helm.UninstallAsync(CiliumPreflight.ReleaseIn(ns), HelmTimeouts.Operation, cancellationToken);
        }

        if (seen.Hop.ImagePull is { Metadata.DeletionTimestamp: null })
        {
            await client.DeleteAsync<V1DaemonSet>(new NamespacedName(ns, ImagePull.Name), new DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
        }
    }

    /// <summary>All that the API server would refuse of the stage is found before a single image is pulled.</summary>
    private async Task<HelmOutcome> PullAsync(V1Alpha1NetworkProfile profile, ReleaseStage stage, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var rendered = await render.RenderAsync(profile, stage.Release, _ => new Dictionary<string, string>(), seen, cancellationToken);
        if (rendered.Failure is { } failure)
        {
            return failure;
        }

        var release = stage.Release.Release;
        await client.SendAsync(
            HttpMethod.Patch,
            $"/apis/apps/v1/namespaces/{release.Namespace}/daemonsets/{ImagePull.Name}?fieldManager={NetworkProfileNames.FieldManager}&force=true",
            ImagePull.Build(profile, release, ImagePull.KeyOf(stage), rendered.Objects),
            "application/apply-patch+yaml",
            cancellationToken);
        return s_done;
    }

    private async Task<HelmOutcome> PreflightAsync(V1Alpha1NetworkProfile profile, ReleaseStage stage, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var release = CiliumPreflight.ReleaseIn(stage.Release.Release.Namespace);
        var values = PreflightValues.Of(stage.Release.Values);
        var desired = stage.Release with { Release = release, Values = values };
        var rendered = await render.RenderAsync(
            profile,
            desired,
            chart => new HelmMark { Profile = profile.Metadata.Name!, Revision = 1, ValuesDigest = ValuesDigest.Of(values), ChartDigest = chart.Digest, Holder = self.ToString() }.ToLabels(),
            seen,
            cancellationToken);
        return rendered.Failure ?? await helm.UpgradeInstallAsync(rendered.Request!, cancellationToken);
    }

    private async Task<HelmOutcome> EndPreflightAsync(ReleaseStage stage, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var release = CiliumPreflight.ReleaseIn(stage.Release.Release.Namespace);
        var ended = seen.Hop.Preflight is [.., { Status: HelmReleaseStatus.Deployed } latest] && latest.ChartVersion == stage.Release.Chart.Version;
        if (ended && CiliumPreflight.Judge(seen).Verdict == PreflightVerdict.Passed && ImagePullProgress.Of(seen) is { PreflightPassed: false, Key: var key })
        {
            var content = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [ImagePull.PreflightAnnotation] = key } } };
            await client.PatchAsync<V1DaemonSet>(
                new NamespacedName(release.Namespace, ImagePull.Name), new V1Patch(V1PatchType.MergePatch, content, NetworkProfileNames.FieldManager), cancellationToken);
        }

        return await helm.UninstallAsync(release, HelmTimeouts.Operation, cancellationToken);
    }
}
