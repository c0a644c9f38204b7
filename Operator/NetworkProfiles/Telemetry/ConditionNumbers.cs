using System.Diagnostics.Metrics;
using NetProfile.Crds.Meta;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>
/// Conditions as kube-state-metrics has them. The reason is a metric of its own: as a label of the first it would begin a new
/// series, and an alert's <c>for</c> anew, with each change of the reason.
/// </summary>
internal static class ConditionNumbers
{
    public static IEnumerable<Measurement<double>> Statuses(ProfileView view) =>
        from condition in view.Status.Conditions ?? []
        from status in Enum.GetValues<ConditionStatus>()
        select view.Number(condition.Status == status ? 1 : 0, ("type", condition.Type), ("status", status.ToString().ToLowerInvariant()));

    public static IEnumerable<Measurement<double>> Reasons(ProfileView view) =>
        (view.Status.Conditions ?? []).Select(condition => view.Number(1, ("type", condition.Type), ("reason", condition.Reason)));

    public static IEnumerable<Measurement<double>> Transitions(ProfileView view) =>
        (view.Status.Conditions ?? []).Select(condition => view.Number(condition.LastTransitionTime.ToUnixTimeSeconds(), ("type", condition.Type)));
}
