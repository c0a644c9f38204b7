using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles;

/// <summary>One reconcile on its way: the profile, what was seen last, and what follows from that.</summary>
/// <param name="Profile">With what this reconcile has already written of its status.</param>
/// <param name="Seen">As last gathered.</param>
/// <param name="Plan">Made of <paramref name="Seen"/>.</param>
internal sealed record NetworkProfilePass(V1Alpha1NetworkProfile Profile, NetworkProfileObservation Seen, NetworkProfilePlan Plan)
{
    public EffectiveSpec Spec { get; } = NetworkProfileDefaults.Resolve(Profile.Spec);

    /// <summary>The last try of helm, kept in the status, so that a restart forgets nothing; null before the first.</summary>
    public ReleaseAttempt? LastAttempt => Profile.Status?.Cilium?.LastAttempt;
}
