using System.Diagnostics.Metrics;

namespace NetProfile.NetworkProfiles.Telemetry;

/// <summary>Numbers of what the last look found; nothing before the first one. Pure.</summary>
internal static class FindingNumbers
{
    public static IEnumerable<Measurement<double>> Blockers(ProfileView view) =>
        (view.Findings?.Blockers ?? []).CountBy(blocker => (blocker.Condition, Reason: blocker.Word))
            .Select(group => view.Number(group.Value, ("condition", group.Key.Condition), ("reason", group.Key.Reason)));

    public static IEnumerable<Measurement<double>> Warnings(ProfileView view) =>
        (view.Findings?.Warnings ?? []).CountBy(warning => warning.Reason).Select(group => view.Number(group.Value, ("reason", group.Key)));

    public static IEnumerable<Measurement<double>> Pods(ProfileView view) => view.Optional(view.Findings?.Pods);

    public static IEnumerable<Measurement<double>> UnmanagedPods(ProfileView view) => view.Optional(view.Findings?.UnmanagedPods);

    public static IEnumerable<Measurement<double>> Rollout(ProfileView view) => view.Findings?.Rollout is not { } agents
        ? []
        : [view.Number(agents.Desired, ("state", "desired")), view.Number(agents.Updated, ("state", "updated")), view.Number(agents.Ready, ("state", "ready"))];

    public static IEnumerable<Measurement<double>> Frozen(ProfileView view) => view.Findings is { } findings ? [view.Number(findings.IsFrozen ? 1 : 0)] : [];
}
