using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles;

/// <summary>Chart → rendered objects → server-side dry run of each: what comes before every write of a release, and writes nothing.</summary>
internal sealed class StageRender(IHelmClient helm, ReleaseDryRun dryRun)
{
    /// <summary>What helm needs, and what it would apply; or, with a failure, why it can't be.</summary>
    public sealed record Result(HelmOutcome? Failure, HelmUpgrade? Request, IReadOnlyList<RenderedObject> Objects);

    /// <param name="profile">Whose release it is.</param>
    /// <param name="desired">Chart and values.</param>
    /// <param name="labels">Of the revision, made with the fetched chart's digest.</param>
    /// <param name="seen">The cluster's version.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Result> RenderAsync(
        V1Alpha1NetworkProfile profile, DesiredRelease desired, Func<LocalChart, IReadOnlyDictionary<string, string>> labels, NetworkProfileObservation seen, CancellationToken cancellationToken)
    {
        var fetched = await helm.FetchChartAsync(desired.Chart, cancellationToken);
        if (fetched.Chart is not { } chart)
        {
            return Fail(new HelmOutcome { Failure = fetched.Failure, Message = fetched.Message });
        }

        var force = DesiredReleaseBuilder.ForcesConflicts(profile);
        var request = new HelmUpgrade
        {
            Release = desired.Release,
            Chart = chart,
            Values = desired.Values,
            Timeout = HelmTimeouts.Operation,
            Description = $"NetworkProfile {profile.Metadata.Name} generation {profile.Metadata.Generation}",
            Labels = labels(chart),
            ForceConflicts = force,
            KubeVersion = seen.KubernetesVersion,
        };
        var rendered = await helm.TemplateAsync(request, cancellationToken);
        if (!rendered.Succeeded)
        {
            return Fail(rendered);
        }

        var objects = RenderedObject.ReadAll(rendered.Output, desired.Release.Namespace);
        var refusals = await dryRun.CheckAsync(objects, desired.Release, force, cancellationToken);
        return refusals.Count > 0
            ? Fail(new HelmOutcome { Failure = refusals[0].Failure, Message = Summary.Of(refusals.Select(r => r.Message), most: 5) })
            : new Result(null, request, objects);
    }

    private static Result Fail(HelmOutcome failure) => new(failure, null, []);
}
