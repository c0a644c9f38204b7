using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Plugin.Views;

/// <summary>What the plugin's exit code and first line go by: kstatus, read off one object.</summary>
internal enum Standing
{
    /// <summary>No operator has looked at this generation yet.</summary>
    Unseen,
    Ready,
    Progressing,
    AwaitingApproval,
    NotReady,
    Stalled,
    Deleting,
}

internal static class ProfileState
{
    public static V1Condition? Condition(this V1Alpha1NetworkProfile profile, string type) =>
        profile.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    public static bool Is(this V1Alpha1NetworkProfile profile, string type) => profile.Condition(type)?.Status == ConditionStatus.True;

    /// <summary>Whether the status was computed from the spec that is there now.</summary>
    public static bool IsCurrent(this V1Alpha1NetworkProfile profile) =>
        profile.Status?.ObservedGeneration is { } observed && observed >= (profile.Metadata.Generation ?? observed);

    public static Standing Standing(this V1Alpha1NetworkProfile profile) => profile switch
    {
        { Metadata.DeletionTimestamp: not null } => Views.Standing.Deleting,
        _ when !profile.IsCurrent() => Views.Standing.Unseen,
        _ when profile.Is(NetworkProfileConditions.Stalled.Type) => Views.Standing.Stalled,
        _ when profile.Is(NetworkProfileConditions.Ready.Type) => Views.Standing.Ready,
        _ when profile.Condition(NetworkProfileConditions.Reconciling.Type) is { Status: ConditionStatus.True, Reason: NetworkProfileConditions.Reconciling.AwaitingApproval } => Views.Standing.AwaitingApproval,
        _ when profile.Is(NetworkProfileConditions.Reconciling.Type) => Views.Standing.Progressing,
        _ => Views.Standing.NotReady,
    };

    /// <summary>The condition that explains the standing best.</summary>
    public static V1Condition? Explanation(this V1Alpha1NetworkProfile profile) => profile.Standing() switch
    {
        Views.Standing.Stalled => profile.Condition(NetworkProfileConditions.Stalled.Type),
        Views.Standing.AwaitingApproval => profile.Condition(NetworkProfileConditions.PlanApproved.Type) ?? profile.Condition(NetworkProfileConditions.Reconciling.Type),
        _ => profile.Condition(NetworkProfileConditions.Ready.Type),
    };

    /// <summary>One sentence: how it stands, and why.</summary>
    public static string Sentence(this V1Alpha1NetworkProfile profile)
    {
        var because = profile.Explanation() is { } condition ? $" ({condition.Reason}): {condition.Message}" : "";
        return profile.Standing() switch
        {
            Views.Standing.Unseen when profile.Status?.ObservedGeneration is null or < 0 => "no operator has looked at it yet; if this lasts, see whether the operator runs",
            Views.Standing.Unseen => FormattableString.Invariant($"the operator has not looked at generation {profile.Metadata.Generation} yet, its status is of generation {profile.Status?.ObservedGeneration}"),
            Views.Standing.Ready => $"Ready{because}",
            Views.Standing.Progressing => $"on its way{because}",
            Views.Standing.AwaitingApproval => $"waits for your approval{because}",
            Views.Standing.Stalled => $"stalled{because}",
            Views.Standing.Deleting => $"being deleted{because}",
            _ => $"not Ready{because}",
        };
    }
}
