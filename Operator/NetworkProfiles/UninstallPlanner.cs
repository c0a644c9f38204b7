using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles;

/// <param name="Done">The finalizer may go.</param>
/// <param name="Release">Uninstall this one now; null waits.</param>
/// <param name="Message">What is done or waited for.</param>
/// <param name="LookAgainAfter">When waiting.</param>
internal sealed record UninstallStep(bool Done, HelmReleaseName? Release, string Message, TimeSpan LookAgainAfter);

/// <summary>Decides what deletionPolicy Uninstall does next. Pure.</summary>
internal static class UninstallPlanner
{
    /// <summary>The value of the approval annotation that lets a network be removed.</summary>
    public const string Approval = "uninstall";

    public static UninstallStep Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen)
    {
        var latest = seen.LatestRelease;
        if (latest is null or { Status: HelmReleaseStatus.Uninstalled })
        {
            return new UninstallStep(true, null, "the Helm release is gone", TimeSpan.Zero);
        }

        if (HelmMark.ProfileOf(latest) is not { } owner || owner != HelmMark.LabelValue(profile.Metadata.Name!))
        {
            return new UninstallStep(true, null, $"Helm release {latest.Release} was not made for this profile and is left as it is", TimeSpan.Zero);
        }

        if (seen.Holder is PendingHolder.Foreign or PendingHolder.MaybeAlive)
        {
            return new UninstallStep(false, null, $"revision {latest.Revision} of Helm release {latest.Release} is pending, and its helm process may still be at work", TimeSpan.FromSeconds(5));
        }

        var spec = NetworkProfileDefaults.Resolve(profile.Spec);
        var approved = spec.Approval == ApprovalPolicy.Auto
            || profile.Metadata.Annotations?.GetValueOrDefault(NetworkProfileNames.ApprovedPlanAnnotation) == Approval;
        return approved
            ? new UninstallStep(false, latest.Release, $"helm uninstalls {latest.Release}; the nodes have no CNI plugin then, and new pods hang until another one is installed", TimeSpan.Zero)
            : new UninstallStep(false, null,
                $"uninstalling Helm release {latest.Release} leaves {seen.Nodes.Count} nodes without a CNI plugin, and new pods hang until another one is installed. "
                + $"To go on: kubectl annotate --overwrite networkprofile {profile.Metadata.Name} {NetworkProfileNames.ApprovedPlanAnnotation}={Approval}. To keep the network: set spec.deletionPolicy to Retain",
                NetworkProfilePlanner.BlockedInterval);
    }
}
