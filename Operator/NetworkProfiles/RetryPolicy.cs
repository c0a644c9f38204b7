using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;

namespace NetProfile.NetworkProfiles;

/// <summary>When a failed try is repeated. The count and the time stand in the status, so that a restart forgets neither.</summary>
internal static class RetryPolicy
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    /// <summary>What a person must change may be outside of the profile (RBAC, a repository), where no event tells of it.</summary>
    private static readonly TimeSpan s_needsPerson = TimeSpan.FromMinutes(1);

    /// <returns>null when the same thing has not failed before, or when a person has asked for a look since.</returns>
    public static DateTimeOffset? NextTry(ReleaseAttempt? last, DesiredRelease? desired, V1Alpha1NetworkProfile profile)
    {
        if (last is not { At: { } at } || desired is null || last.Digest != desired.Digest || AskedSince(profile))
        {
            return null;
        }

        var doublings = Math.Clamp((last.Count ?? 1) - 1, 0, 10);
        var delay = NeedsPerson(last.Reason) ? s_needsPerson : TimeSpan.FromTicks(Math.Min(s_first.Ticks << doublings, s_longest.Ticks));
        return at + delay;
    }

    /// <returns>What the status keeps of a try: null after a success.</returns>
    public static ReleaseAttempt? Next(ReleaseAttempt? last, DesiredRelease? desired, HelmOutcome outcome, DateTimeOffset now) =>
        outcome.Succeeded
            ? null
            : new ReleaseAttempt
            {
                Digest = desired?.Digest,
                Reason = ReasonOf(outcome.Failure),
                Message = outcome.Message,
                At = now,
                Count = last?.Digest == desired?.Digest ? (last?.Count ?? 0) + 1 : 1,
            };

    /// <summary>Failures that the same try will meet again until a person changes something.</summary>
    public static bool NeedsPerson(string? reason) => reason is
        NetworkProfileConditions.HelmReleased.HelmMissing
        or NetworkProfileConditions.HelmReleased.HelmTooOld
        or NetworkProfileConditions.HelmReleased.ChartNotFound
        or NetworkProfileConditions.HelmReleased.DigestMismatch
        or NetworkProfileConditions.HelmReleased.InvalidValues
        or NetworkProfileConditions.HelmReleased.OwnershipConflict
        or NetworkProfileConditions.HelmReleased.FieldConflict
        or NetworkProfileConditions.HelmReleased.NamespaceMissing
        or NetworkProfileConditions.HelmReleased.Forbidden
        or NetworkProfileConditions.HelmReleased.KubernetesTooOld;

    public static string ReasonOf(HelmFailure failure) => failure switch
    {
        HelmFailure.HelmMissing => NetworkProfileConditions.HelmReleased.HelmMissing,
        HelmFailure.HelmTooOld => NetworkProfileConditions.HelmReleased.HelmTooOld,
        HelmFailure.OperationInProgress => NetworkProfileConditions.HelmReleased.Locked,
        HelmFailure.Timeout => NetworkProfileConditions.HelmReleased.Timeout,
        HelmFailure.ChartNotFound => NetworkProfileConditions.HelmReleased.ChartNotFound,
        HelmFailure.RepositoryUnreachable => NetworkProfileConditions.HelmReleased.RepositoryUnreachable,
        HelmFailure.DigestMismatch => NetworkProfileConditions.HelmReleased.DigestMismatch,
        HelmFailure.InvalidValues => NetworkProfileConditions.HelmReleased.InvalidValues,
        HelmFailure.OwnershipConflict => NetworkProfileConditions.HelmReleased.OwnershipConflict,
        HelmFailure.FieldConflict => NetworkProfileConditions.HelmReleased.FieldConflict,
        HelmFailure.NamespaceMissing => NetworkProfileConditions.HelmReleased.NamespaceMissing,
        HelmFailure.NamespaceTerminating => NetworkProfileConditions.HelmReleased.NamespaceTerminating,
        HelmFailure.Forbidden => NetworkProfileConditions.HelmReleased.Forbidden,
        HelmFailure.KubeVersionTooOld => NetworkProfileConditions.HelmReleased.KubernetesTooOld,
        HelmFailure.ApiUnreachable => NetworkProfileConditions.HelmReleased.ApiUnreachable,
        HelmFailure.Cancelled => NetworkProfileConditions.HelmReleased.Interrupted,
        _ => NetworkProfileConditions.HelmReleased.HelmFailed,
    };

    /// <summary>A new requestedAt, or action retry, ends the waiting.</summary>
    private static bool AskedSince(V1Alpha1NetworkProfile profile)
    {
        var annotations = profile.Metadata.Annotations;
        var requestedAt = annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation);
        return requestedAt is not null && requestedAt != profile.Status?.LastHandledRequestedAt;
    }
}
