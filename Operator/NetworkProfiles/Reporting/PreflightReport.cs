using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>All that stands in the way and all that deserves a look, apart, for status.preflight.</summary>
internal static class PreflightReport
{
    private const int MostFindings = 50;

    private const int LongestMessage = 1024;

    public static PreflightStatus Of(NetworkProfilePlan plan)
    {
        var blockers = plan.Blockers.Distinct().ToList();
        var warnings = plan.Warnings.Distinct().ToList();
        IReadOnlyList<PreflightFindingStatus> findings =
        [
            .. blockers.Select(b => new PreflightFindingStatus { Severity = PreflightSeverity.Blocker, Condition = b.Condition, Reason = b.Word, Message = Short(b.Message) })
                .Concat(warnings.Select(w => new PreflightFindingStatus { Severity = PreflightSeverity.Warning, Reason = w.Reason, Message = Short(w.Message) }))
                .Take(MostFindings),
        ];
        return new PreflightStatus { Blockers = blockers.Count, Warnings = warnings.Count, Findings = findings.Count == 0 ? null : findings };
    }

    private static string Short(string text) => text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage - 1), "…");
}
