using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>The plan as status.plan shows it, while there is anything left of it.</summary>
internal static class PlanReport
{
    /// <summary>An agent is ready 15 to 24 s after its pod was made (measured on three nodes, facts of the real cluster).</summary>
    private const int SecondsPerWave = 25;

    private const int HelmSeconds = 5;

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

    private static int Waves(int nodes, bool install, int batch) => nodes == 0 ? 0 : install ? 1 : (nodes + batch - 1) / batch;
}
