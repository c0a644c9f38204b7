using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Nodes;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The plan as status.plan shows it, while there is anything left of it.</summary>
internal static class PlanReport
{
    /// <summary>An agent is ready 15 to 24 s after its pod was made (measured on three nodes, facts of the real cluster).</summary>
    private const int SecondsPerWave = 25;

    private const int HelmSeconds = 5;

    /// <summary>Agents read a node and remove what they find within seconds; before that each node pulls their image.</summary>
    private const int CleaningSeconds = 30;

    public static PlanStatus? Of(ReportInput input)
    {
        var plan = input.Plan;
        if (plan.Digest is null)
        {
            return null;
        }

        var nodes = input.Seen.Nodes.Count;
        var install = plan.Wanted.Action == HelmAction.Install;
        var state = input switch
        {
            { Acting: true } => PlanStepState.Running,
            { Plan.Approval: PlanApproval.Awaiting or PlanApproval.Outdated } => PlanStepState.AwaitingApproval,
            { Plan.RetryAt: not null } => PlanStepState.Failed,
            _ => PlanStepState.Pending,
        };
        return new PlanStatus
        {
            Digest = plan.Digest,
            Disruption = plan.Disruption,
            Steps =
            [
                .. CleaningSteps(input),
                new PlanStepStatus
                {
                    Name = install ? "InstallRelease" : "UpgradeRelease",
                    State = state,
                    Because = plan.Wanted.Because,
                    Disruption = Disruption.None,
                    Nodes = 0,
                    EstimatedSeconds = HelmSeconds,
                    Message = state == PlanStepState.Failed ? input.LastAttempt?.Message : null,
                },
                new PlanStepStatus
                {
                    Name = install ? "StartAgents" : "RollAgents",
                    State = PlanStepState.Pending,
                    Because = install ? "every node needs an agent" : "agents read their configuration when they start",
                    Disruption = plan.Disruption,
                    Nodes = nodes,
                    EstimatedSeconds = Waves(nodes, install, Math.Max(1, input.Spec.Rollout.MaxUnavailable.Scale(nodes, roundUp: true))) * SecondsPerWave,
                },
            ],
        };
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

    private static int Waves(int nodes, bool install, int batch) => nodes == 0 ? 0 : install ? 1 : (nodes + batch - 1) / batch;
}
