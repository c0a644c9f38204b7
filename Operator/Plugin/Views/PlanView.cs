using System.Globalization;
using NetProfile.Crds.NetworkProfiles;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace NetProfile.Plugin.Views;

/// <summary>A plan: what will be done, in which order, why, and how much it disturbs.</summary>
internal static class PlanView
{
    /// <summary>For `status`: nothing when all is done.</summary>
    public static IEnumerable<IRenderable> Open(PlanStatus? plan, DateTimeOffset now)
    {
        var isOpen = plan?.Steps?.Any(step => step.State is not (PlanStepState.Done or PlanStepState.Skipped)) == true;
        return isOpen ? [Section(plan!, now)] : [];
    }

    public static IRenderable Render(V1Alpha1NetworkProfile profile, DateTimeOffset now)
    {
        if (profile.Status?.Plan is not { Digest: not null } plan)
        {
            return WithBlockers(Parts.Plain(profile.Condition(NetworkProfileConditions.PlanApproved.Type)?.Message ?? "there is no plan"), profile);
        }

        var pairs = new List<(string, IRenderable)>();
        if (profile.Condition(NetworkProfileConditions.PlanApproved.Type) is { } approved)
        {
            pairs.Add(("Approval", Parts.Plain($"{approved.Reason}: {approved.Message}")));
        }

        if (Approval.IsAwaited(profile))
        {
            pairs.Add(("Approve by", Parts.Colored($"kubectl netprofile approve {profile.Metadata.Name}", Parts.Loud)));
        }

        return WithBlockers(pairs.Count == 0 ? Section(plan, now) : new Rows(Section(plan, now), Parts.Pairs(pairs)), profile);
    }

    private static IRenderable WithBlockers(IRenderable plan, V1Alpha1NetworkProfile profile) => PreflightView.InTheWay(profile) is { Count: > 0 } blockers
        ? new Rows([plan, Parts.Colored("In the way:", Parts.Bad), .. blockers.Select(blocker => new Padder(Parts.Plain(blocker), new Padding(2, 0, 0, 0)))])
        : plan;

    private static IRenderable Section(PlanStatus plan, DateTimeOffset now)
    {
        var steps = plan.Steps ?? [];
        var done = steps.Count(step => step.State is PlanStepState.Done or PlanStepState.Skipped);
        var seconds = steps.Where(step => step.State is not (PlanStepState.Done or PlanStepState.Skipped)).Sum(step => step.EstimatedSeconds ?? 0);
        var left = seconds > 0 ? $", about {Ages.Of(TimeSpan.FromSeconds(seconds))} left" : "";
        var heading = string.Create(CultureInfo.InvariantCulture, $"Plan {plan.Digest}, disruption {plan.Disruption?.ToString() ?? "unknown"}, {done} of {steps.Count} steps done{left}");
        return Parts.Section(heading, steps.Count == 0 ? Parts.Plain("no steps") : Steps(steps, now));
    }

    private static Table Steps(IReadOnlyList<PlanStepStatus> steps, DateTimeOffset now)
    {
        var table = Parts.Columns("STEP", "STATE", "DISRUPTION", "NODES", "TIME", "BECAUSE");
        foreach (var step in steps)
        {
            table.AddRow(
                Parts.Plain(step.Name),
                Parts.Colored(step.State?.ToString(), Color(step.State)),
                Parts.Plain(step.Disruption?.ToString()),
                Parts.Plain(step.Nodes?.ToString(CultureInfo.InvariantCulture)),
                Parts.Plain(Time(step, now)),
                Parts.Plain(step.Message is { Length: > 0 } message ? $"{step.Because} ({message})" : step.Because));
        }

        return table;
    }

    private static string Time(PlanStepStatus step, DateTimeOffset now) => step switch
    {
        { StartedAt: { } started, FinishedAt: { } finished } => Ages.Of(finished - started),
        { StartedAt: { } started, EstimatedSeconds: { } seconds } => $"{Ages.Of(now - started)} of ~{Ages.Of(TimeSpan.FromSeconds(seconds))}",
        { StartedAt: { } started } => Ages.Of(now - started),
        { EstimatedSeconds: { } seconds } => $"~{Ages.Of(TimeSpan.FromSeconds(seconds))}",
        _ => "",
    };

    private static string Color(PlanStepState? state) => state switch
    {
        PlanStepState.Done => Parts.Good,
        PlanStepState.Failed => Parts.Bad,
        PlanStepState.Running or PlanStepState.AwaitingApproval => Parts.Careful,
        _ => Parts.Quiet,
    };
}
