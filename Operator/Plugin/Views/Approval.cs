using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Plugin.Views;

/// <summary>Whether a plan waits for a person.</summary>
internal static class Approval
{
    public static bool IsAwaited(V1Alpha1NetworkProfile profile) =>
        profile.Condition(NetworkProfileConditions.PlanApproved.Type) is
        {
            Status: not ConditionStatus.True,
            Reason: NetworkProfileConditions.PlanApproved.AwaitingApproval or NetworkProfileConditions.PlanApproved.ApprovalOutdated,
        };
}
