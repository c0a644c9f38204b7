using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles;

namespace NetProfile.Operator.Tests.NetworkProfiles.Preflight;

/// <summary>Nodes that answer what a plan asks of them, as their agents would.</summary>
internal static class InspectedNodes
{
    /// <param name="profile">Who asks.</param>
    /// <param name="seen">Before the answers.</param>
    /// <param name="facts">A node's answer by its name; null for none.</param>
    /// <returns>The plan that is made once they are there.</returns>
    public static NetworkProfilePlan Plan(V1Alpha1NetworkProfile profile, NetworkProfileObservation seen, Func<string, NodeFacts?>? facts = null)
    {
        var asks = NetworkProfilePlanner.Plan(profile, seen);
        return NetworkProfilePlanner.Plan(profile, seen with
        {
            NodeNetworks = [.. asks.Nodes.Apply.Select(n => (facts is null ? new NodeFacts() : facts(n.Metadata.Name!)) is { } answer
                ? n with { Status = new NodeNetworkStatus { Facts = answer, InspectedFor = n.Spec!.Inspection!.RequestedAt } }
                : n)],
        });
    }
}
