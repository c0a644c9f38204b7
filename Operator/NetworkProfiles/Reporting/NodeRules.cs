using NetProfile.NetworkProfiles.Nodes;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using NodesClean = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.NodesClean;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>Whether anything of the previous network is left on the nodes, by what their agents' audits found.</summary>
internal static class NodeRules
{
    public static Verdict Clean(ReportInput input)
    {
        var verdict = Judge(input.Plan.Nodes);
        return input.Plan.Nodes.Stage == NodesStage.Working && verdict.Reason is NodesClean.Cleaning or NodesClean.NotInspected ? verdict with { Settling = true } : verdict;
    }

    private static Verdict Judge(NodesPlan plan) =>
        plan.Stage switch
        {
            NodesStage.NotNeeded => True(NodesClean.Type, NodesClean.NotNeeded, "nothing in the cluster speaks of an earlier network on its nodes"),
            NodesStage.WaitsForFlannel or NodesStage.Inspecting => False(NodesClean.Type, NodesClean.Cleaning, "nodes are cleaned once Flannel itself is gone"),
            NodesStage.Held => False(NodesClean.Type, NodesClean.NotInspected, $"nodes are cleaned once nothing else stands in the way: {NodesText.Of(plan.Nodes)}"),
            NodesStage.NoImage => False(NodesClean.Type, NodesClean.NotInspected, $"no agents can be started: the operator does not know its own image ({NodeAgentLaunch.ImageVariable})"),
            _ when plan.Count(NodeStanding.Failed) > 0 => False(NodesClean.Type, NodesClean.TaskFailed, NodesText.Of(plan.Nodes)),
            _ when plan.Count(NodeStanding.Dirty) > 0 => False(NodesClean.Type, NodesClean.ResiduesLeft, NodesText.Of(plan.Nodes)),
            _ when plan.Count(NodeStanding.Working) > 0 => False(NodesClean.Type, NodesClean.Cleaning, NodesText.Of(plan.Nodes)),
            _ when plan.Count(NodeStanding.Waiting) > 0 => False(NodesClean.Type, plan.Count(NodeStanding.Clean) > 0 ? NodesClean.Cleaning : NodesClean.NotInspected, NodesText.Of(plan.Nodes)),
            _ when plan.Count(NodeStanding.Unreachable) > 0 => False(NodesClean.Type, NodesClean.NodesUnreachable, NodesText.Of(plan.Nodes)),
            _ => True(NodesClean.Type, NodesClean.Clean, NodesText.Of(plan.Nodes)),
        };
}
