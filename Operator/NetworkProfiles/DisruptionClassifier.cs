using System.Text.Json.Nodes;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles;

/// <summary>How much an upgrade disturbs workloads, from what differs between the running and the wanted values.</summary>
internal static class DisruptionClassifier
{
    /// <summary>
    /// Nodes that differ in one of these cannot talk to each other until the last one has changed, whatever the batch size
    /// (a packet that one side wraps the other does not unwrap).
    /// </summary>
    private static readonly string[] s_outageKeys = ["routingMode", "tunnel", "tunnelProtocol", "tunnelPort"];

    public static Disruption Of(HelmStep wanted, DesiredRelease? desired, NetworkProfileObservation seen)
    {
        if (desired is null || wanted.Action != HelmAction.Upgrade || seen.DeployedRelease is not { } running)
        {
            return Disruption.None;
        }

        if (running.ChartVersion == desired.Chart.Version && s_outageKeys.Any(key => !JsonNode.DeepEquals(running.Values[key], desired.Values[key])))
        {
            return Disruption.Outage;
        }

        return Disruption.AgentRestart;
    }
}
