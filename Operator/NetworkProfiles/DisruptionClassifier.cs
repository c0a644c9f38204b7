using System.Text.Json.Nodes;
using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.NetworkProfiles;

/// <summary>How much a change of values disturbs workloads when agents are rolled with it. Pure.</summary>
internal static class DisruptionClassifier
{
    /// <summary>Changing one of these cuts connections that are open: their state is in the datapath that is being replaced.</summary>
    private static readonly string[] s_connectionKeys = ["bpf.masquerade", "loadBalancer.mode", "loadBalancer.dsrDispatch"];

    /// <summary>No agent is restarted for these.</summary>
    private static readonly string[] s_quietKeys = ["updateStrategy", "envoy.updateStrategy", "operator.replicas", "operator.tolerations", "hubble.relay", "hubble.ui", "certgen"];

    public static Disruption Of(JsonObject before, JsonObject after)
    {
        var (now, then) = (RunningDatapath.Of(before), RunningDatapath.Of(after));
        if (!now.Reaches(then))
        {
            // A packet that one side wraps the other does not unwrap, until the last node has changed.
            return Disruption.Outage;
        }

        var keys = ValuesDifference.Keys(before, after);
        if (now.ReplacesKubeProxy != then.ReplacesKubeProxy || keys.Any(key => Is(key, s_connectionKeys)))
        {
            return Disruption.PodRestart;
        }

        return keys.Count > 0 && keys.All(key => Is(key, s_quietKeys)) ? Disruption.None : Disruption.AgentRestart;
    }

    private static bool Is(string key, string[] names) => names.Any(name => key == name || key.StartsWith(name + ".", StringComparison.Ordinal));
}
