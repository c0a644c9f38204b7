using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The plan as status.plan shows it, while there is anything left of it: what is done by the release's history, and what is left.</summary>
internal static class PlanReport
{
    /// <summary>An agent is ready 15 to 24 s after its pod was made (measured on three nodes, facts of the real cluster).</summary>
    private const int SecondsPerWave = 25;

    private const int HelmSeconds = 5;

    /// <summary>An estimate that changed with every second would be a write each time.</summary>
    private const int Rounding = 5;

    /// <summary>Agents read a node and remove what they find within seconds; before that each node pulls their image.</summary>
    private const int CleaningSeconds = 30;

    public static PlanStatus? Of(ReportInput input)
    {
        var plan = input.Plan;
        if (plan.Digest is null || (plan.Next is null && plan.IsSettled && !plan.Migration.IsUnderWay))
        {
            return null;
        }

        var made = Made(input).ToList();
        var left = plan.Path.Stages.Select((stage, i) => Left(input, stage, isNext: i == 0));
        if (plan.Migration.IsUnderWay)
        {
            return new PlanStatus { Digest = plan.Digest, Disruption = plan.Disruption, Steps = [.. MigrationSteps(input, [.. made, .. left])] };
        }

        return new PlanStatus { Digest = plan.Digest, Disruption = plan.Disruption, Steps = [.. made, .. CleaningSteps(input), .. left] };
    }

    /// <summary>The migration's own order; stages of the release that it doesn't name (an upgrade on the way) stay before the one that follows them.</summary>
    private static IEnumerable<PlanStepStatus> MigrationSteps(ReportInput input, List<PlanStepStatus> stages)
    {
        var awaiting = input.Plan.Approval is PlanApproval.Awaiting or PlanApproval.Outdated;
        foreach (var step in input.Plan.Migration.Steps)
        {
            if (step.IsRelease && stages.FindLastIndex(s => s.Name == step.Name) is >= 0 and var at)
            {
                foreach (var stage in stages[..(at + 1)])
                {
                    yield return stage;
                }

                stages.RemoveRange(0, at + 1);
                continue;
            }

            yield return new PlanStepStatus
            {
                Name = step.Name,
                State = awaiting && step.State != PlanStepState.Done ? PlanStepState.AwaitingApproval : step.State,
                Because = step.Because,
                Disruption = step.Disruption,
                Nodes = input.Seen.Nodes.Count,
                EstimatedSeconds = step.Seconds == 0 ? null : step.Seconds,
                Message = string.IsNullOrEmpty(step.Message) ? null : step.Message,
            };
        }

        foreach (var stage in stages)
        {
            yield return stage;
        }
    }

    private static IEnumerable<PlanStepStatus> CleaningSteps(ReportInput input)
    {
        var nodes = input.Plan.Nodes;
        if (nodes.Stage is not (NodesStage.Working or NodesStage.Held or NodesStage.NoImage))
        {
            yield break;
        }

        yield return new PlanStepStatus
        {
            Name = "CleanNodes",
            State = nodes.Stage switch
            {
                NodesStage.Working when nodes.Count(NodeStanding.Failed) + nodes.Count(NodeStanding.Dirty) > 0 => PlanStepState.Failed,
                NodesStage.Working => PlanStepState.Running,
                _ when input.Plan.Approval is PlanApproval.Awaiting or PlanApproval.Outdated => PlanStepState.AwaitingApproval,
                _ => PlanStepState.Pending,
            },
            Because = "nodes have traces of Flannel",
            Disruption = nodes.Disruption,
            Nodes = nodes.Nodes.Count(n => n.Standing is not (NodeStanding.Clean or NodeStanding.Skipped)),
            EstimatedSeconds = CleaningSeconds,
        };
    }

    /// <summary>Stages whose revision exists. The newest of them is done when its agents are.</summary>
    private static IEnumerable<PlanStepStatus> Made(ReportInput input)
    {
        var revisions = input.Seen.History.Where(r => PlanMark.Of(r)?.Plan == input.Plan.Digest && r.Status is HelmReleaseStatus.Deployed or HelmReleaseStatus.Superseded).ToList();
        foreach (var revision in revisions)
        {
            var done = revision != revisions[^1] || input.Plan.IsSettled;
            yield return new PlanStepStatus
            {
                Name = PlanMark.Of(revision)!.Stage,
                State = done ? PlanStepState.Done : PlanStepState.Running,
                Because = $"revision {revision.Revision} has Cilium {revision.ChartVersion}",
                Nodes = input.Seen.Nodes.Count,
                StartedAt = revision.LastDeployed,
                Message = done ? null : input.Plan.Rollout.Counts,
            };
        }
    }

    private static PlanStepStatus Left(ReportInput input, ReleaseStage stage, bool isNext)
    {
        var plan = input.Plan;
        var nodes = input.Seen.Nodes.Count;
        var state = input switch
        {
            { Acting: true } when isNext => PlanStepState.Running,
            { Plan.Approval: PlanApproval.Awaiting or PlanApproval.Outdated } => PlanStepState.AwaitingApproval,
            { Plan.RetryAt: not null } when isNext => PlanStepState.Failed,
            _ => PlanStepState.Pending,
        };
        var message = state == PlanStepState.Failed ? input.LastAttempt?.Message : isNext && plan.Waiting is { } waiting ? waiting.Message : string.Join("; ", stage.Notes);
        return new PlanStepStatus
        {
            Name = stage.Name,
            State = state,
            Because = stage.Because,
            Disruption = stage.Disruption,
            Nodes = nodes,
            EstimatedSeconds = Seconds(input, stage, nodes),
            Message = string.IsNullOrEmpty(message) ? null : message,
        };
    }

    private static int Seconds(ReportInput input, ReleaseStage stage, int nodes)
    {
        var batch = Math.Max(1, input.Spec.Rollout.MaxUnavailable.Scale(nodes, roundUp: true));
        var waves = nodes == 0 || stage.Disruption == Disruption.None && stage.Name != ReleasePathBuilder.InstallName ? 0
            : stage.AllAtOnce || stage.Name == ReleasePathBuilder.InstallName ? 1
            : batch == 1 ? nodes
            : CiliumValues.CanarySize + ((nodes - CiliumValues.CanarySize + batch - 1) / batch);
        return HelmSeconds + (waves * SecondsOfAWave(input.Plan.Rollout));
    }

    /// <summary>As long as agents of this cluster took from their pod's making to their readiness, the middle one of them.</summary>
    private static int SecondsOfAWave(AgentRollout rollout)
    {
        var starts = rollout.Agents.Where(a => a.ReadySince is not null).Select(a => (a.ReadySince!.Value - a.CreatedAt).TotalSeconds).Where(s => s is > 0 and < 600).Order().ToList();
        return starts.Count == 0 ? SecondsPerWave : (int)(Math.Ceiling(starts[starts.Count / 2] / Rounding) * Rounding);
    }
}
