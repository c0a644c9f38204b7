using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Processes;

namespace NetProfile.NetworkProfiles;

/// <summary>
/// Decides whether the helm process behind a pending-* revision can still be alive (design rule 5). A revision is this
/// operator's own only when its label names the revision itself: helm copies labels from revision to revision, so a
/// person's <c>helm upgrade</c> carries our other labels too.
/// </summary>
internal sealed class PendingHolderProof(IKubernetesClient client, OperatorIdentity self, IProcessTable processes, TimeProvider clock)
{
    /// <summary>After its own time limit the process runner has ended the child; the rest is for clocks that differ.</summary>
    internal static readonly TimeSpan ProcessLimit = HelmTimeouts.Operation + TimeSpan.FromMinutes(2);

    public async Task<PendingHolder> JudgeAsync(HelmRelease? latest, CancellationToken cancellationToken)
    {
        if (latest is not { IsPending: true } and not { Status: HelmReleaseStatus.Uninstalling })
        {
            return PendingHolder.None;
        }

        if (HelmMark.Of(latest)?.Holder is not { Length: > 0 } holder)
        {
            return PendingHolder.Foreign;
        }

        return await IsDeadAsync(holder, latest, cancellationToken) ? PendingHolder.Dead : PendingHolder.MaybeAlive;
    }

    private async Task<bool> IsDeadAsync(string holder, HelmRelease release, CancellationToken cancellationToken)
    {
        // One process runs one helm at a time and waits for it: ours has ended if we are here.
        if (holder == self.ToString())
        {
            return true;
        }

        if (release.LastDeployed is { } started && clock.GetUtcNow() - started > ProcessLimit)
        {
            return true;
        }

        if (OperatorIdentity.PodUidOf(holder) is { } podUid)
        {
            // The same pod but another instance: its container was restarted, and a container's processes die with it.
            return podUid == self.PodUid || await PodIsGoneAsync(podUid, cancellationToken);
        }

        // A helm process outlives a killed operator outside of a pod, so the process itself is looked for.
        return OperatorIdentity.PlaceOf(holder) == self.Place && !processes.AnyWithEnvironment(OperatorIdentity.EnvironmentVariable, holder);
    }

    private async Task<bool> PodIsGoneAsync(string uid, CancellationToken cancellationToken)
    {
        var options = new ListOptions { LabelSelector = $"{NetworkProfileNames.ComponentLabel}={NetworkProfileNames.OperatorComponent}" };
        while (true)
        {
            var page = await client.ListAsync<V1Pod>(options, cancellationToken);
            if (page.Items.FirstOrDefault(p => p.Metadata.Uid == uid) is { } pod)
            {
                return pod.Status?.Phase is "Succeeded" or "Failed";
            }

            if (string.IsNullOrEmpty(page.Metadata.Continue))
            {
                // Only a list that shows ourselves proves that the other one would have been shown, too.
                return self.PodUid is null || page.Items.Any(p => p.Metadata.Uid == self.PodUid);
            }

            options = options with { Continue = page.Metadata.Continue };
        }
    }
}
