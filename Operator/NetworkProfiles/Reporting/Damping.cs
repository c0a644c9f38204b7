using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>
/// Trouble counts as such once it has lasted; until then it is work in progress. "Since when" comes from the API alone, from condition
/// times and from containers' and pods' starts, so that a restart of this program changes nothing.
/// </summary>
internal static class Damping
{
    /// <summary>How long agents may be amiss before that is called degraded.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>How long a rollout may stand still before it is called hung.</summary>
    private static readonly TimeSpan s_hung = TimeSpan.FromMinutes(10);

    /// <summary>An agent that has run for as long was asked by whichever operator was at work.</summary>
    private static readonly TimeSpan s_measuredWithin = TimeSpan.FromMinutes(5);

    /// <summary>Marks a False verdict as settling while it is young.</summary>
    public static Verdict Settle(ReportInput input, Verdict verdict, IReadOnlyCollection<AgentJudgement> about)
    {
        var start = about.Count == 0 ? DateTimeOffset.MinValue : about.Max(a => a.Report.RunningSince);
        var since = input.Profile.Status?.Conditions?.FirstOrDefault(c => c.Type == verdict.Type) switch
        {
            null => start,
            { Status: ConditionStatus.False } standing when standing.LastTransitionTime > start => standing.LastTransitionTime,
            { Status: ConditionStatus.False } => start,
            _ => input.Seen.ObservedAt,
        };
        return verdict with { Settling = input.Seen.ObservedAt - since < s_patience };
    }

    /// <summary>
    /// What stands in the API as True stays so while a new process asks around for the first time: it was measured by the one before.
    /// An agent that has started lately was not, and neither was another generation or configuration.
    /// </summary>
    public static Verdict Hold(ReportInput input, Verdict verdict)
    {
        if (verdict is not { Status: ConditionStatus.Unknown, Settling: true } || !input.Seen.Agents.IsFirstPass || input.Agents.Any(a => a.State is AgentState.Starting or AgentState.Unwell or AgentState.Unreachable))
        {
            return verdict;
        }

        var standing = input.Profile.Status?.Conditions?.FirstOrDefault(c => c.Type == verdict.Type && c.Status == ConditionStatus.True && c.ObservedGeneration == input.Profile.Metadata.Generation);
        return standing is not null && input.Agents.All(a => !a.Outdated && a.Report.RunningSince < Later(standing.LastTransitionTime, input.Seen.ObservedAt - s_measuredWithin))
            ? new Verdict(standing.Type, standing.Status, standing.Reason, standing.Message ?? "")
            : verdict;
    }

    /// <summary>A rollout in which nothing has moved for ten minutes is no longer one.</summary>
    public static Verdict Rollout(ReportInput input, Verdict verdict, IReadOnlyList<ComponentHealth> components)
    {
        if (verdict.Status == ConditionStatus.True)
        {
            return verdict;
        }

        var progress = input.Seen.Pods.Where(p => components.Any(c => ComponentNames.IsPodOf(c.Component, p)))
            .SelectMany(p => new[] { p.Metadata.CreationTimestamp, p.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", IsTrue: true })?.LastTransitionTime })
            .Append(input.Seen.LatestRelease?.LastDeployed)
            .Append(BecameFalse(input, verdict))
            .Max()!.Value;
        if (input.Seen.ObservedAt - progress < s_hung)
        {
            return verdict;
        }

        var selectors = string.Join(" and ", components.Where(c => c.Errors.Count + c.Warnings.Count > 0).Select(c => $"kubectl -n {input.Spec.Cilium.Namespace} describe pods -l {ComponentNames.SelectorOf(c.Component)}"));
        return verdict with
        {
            Settling = false,
            Message = $"{verdict.Message}; nothing has moved since {progress.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(selectors.Length > 0 ? $": see the pods' events ({selectors})" : "")}",
        };
    }

    /// <summary>What the release has and the cluster hasn't was deleted by somebody, and doesn't come back by itself.</summary>
    public static Verdict Missing(ReportInput input, Verdict verdict)
    {
        if (!input.Plan.IsInSync || input.Acting)
        {
            return verdict;
        }

        var since = BecameFalse(input, verdict);
        var cilium = input.Spec.Cilium;
        return verdict with
        {
            Settling = input.Seen.ObservedAt - (input.Seen.LatestRelease?.LastDeployed is { } deployed ? Later(deployed, since) : since) < s_patience,
            Message = $"{verdict.Message} although the release has it: somebody has deleted it; put it back with helm -n {cilium.Namespace} rollback {cilium.ReleaseName} {input.Seen.LatestRelease?.Revision}, which changes nothing else",
        };
    }

    /// <summary>When the condition that stands in the API turned False; now when it isn't.</summary>
    private static DateTimeOffset BecameFalse(ReportInput input, Verdict verdict) =>
        input.Profile.Status?.Conditions?.FirstOrDefault(c => c.Type == verdict.Type) is { Status: ConditionStatus.False } standing ? standing.LastTransitionTime : input.Seen.ObservedAt;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
