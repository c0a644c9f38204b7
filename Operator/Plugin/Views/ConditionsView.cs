using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>Conditions, with a word for how good they are: False is an error, unless the operator is at it.</summary>
internal static class ConditionsView
{
    private static readonly HashSet<string> s_summaries =
        [NetworkProfileConditions.Ready.Type, NetworkProfileConditions.Reconciling.Type, NetworkProfileConditions.Stalled.Type];

    public static IEnumerable<IRenderable> Render(V1Alpha1NetworkProfile profile, DateTimeOffset now)
    {
        var conditions = (profile.Status?.Conditions ?? []).Where(c => !s_summaries.Contains(c.Type)).ToList();
        if (conditions.Count == 0)
        {
            yield break;
        }

        var table = Parts.Columns("CONDITION", "", "REASON", "SINCE", "MESSAGE");
        foreach (var condition in conditions)
        {
            var (word, color) = Word(condition, profile.Is(NetworkProfileConditions.Reconciling.Type));
            table.AddRow(
                Parts.Plain(condition.Type),
                Parts.Colored(word, color),
                Parts.Plain(condition.Reason),
                Parts.Plain(Ages.Of(condition.LastTransitionTime, now)),
                color == Parts.Good ? Parts.Colored(condition.Message, Parts.Quiet) : Parts.Plain(condition.Message));
        }

        yield return Parts.Section("Conditions", table);
    }

    private static (string Word, string Color) Word(V1Condition condition, bool reconciling) => condition switch
    {
        { Status: ConditionStatus.True, Reason: NetworkProfileConditions.PreflightPassed.PassedWithWarnings } => ("WARNING", Parts.Careful),
        { Status: ConditionStatus.True } => ("OK", Parts.Good),
        { Status: ConditionStatus.Unknown } => ("UNKNOWN", Parts.Careful),
        { Reason: NetworkProfileConditions.PlanApproved.AwaitingApproval or NetworkProfileConditions.PlanApproved.ApprovalOutdated } => ("WAITS", Parts.Careful),
        _ when reconciling => ("NOT YET", Parts.Careful),
        _ => ("ERROR", Parts.Bad),
    };
}
