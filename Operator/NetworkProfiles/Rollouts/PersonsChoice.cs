using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Rollouts;

/// <summary>What a person has asked for by annotation, once for each value of requestedAt. Pure.</summary>
internal static class PersonsChoice
{
    /// <returns>retry, rollback or continue; null when there is none that is new.</returns>
    public static string? Of(V1Alpha1NetworkProfile profile)
    {
        var (action, requestedAt) = Asked(profile);
        var handled = profile.Status?.LastHandledAction;
        return action is NetworkProfileNames.Actions.Retry or NetworkProfileNames.Actions.Rollback or NetworkProfileNames.Actions.Continue
            && (handled?.Action != action || handled.RequestedAt != requestedAt)
            ? action
            : null;
    }

    public static ActionStatus Acknowledge(V1Alpha1NetworkProfile profile, string outcome)
    {
        var (action, requestedAt) = Asked(profile);
        return new ActionStatus { Action = action, RequestedAt = requestedAt, Outcome = outcome };
    }

    private static (string? Action, string? RequestedAt) Asked(V1Alpha1NetworkProfile profile)
    {
        var annotations = profile.Metadata.Annotations;
        return (annotations?.GetValueOrDefault(NetworkProfileNames.ActionAnnotation), annotations?.GetValueOrDefault(NetworkProfileNames.RequestedAtAnnotation));
    }
}
