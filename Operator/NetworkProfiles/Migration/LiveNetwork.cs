using NetProfile.Cilium;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Reporting;
using AgentsReady = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.AgentsReady;
using RoutingActive = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.RoutingActive;

namespace NetProfile.NetworkProfiles.Migration;

/// <summary>
/// Whether the new network is proven where there is a node to prove it on. Conditions speak of all nodes; what is done to a cluster
/// does not wait for a node that is down. Pure.
/// </summary>
internal static class LiveNetwork
{
    /// <param name="spec">What is asked for.</param>
    /// <param name="seen">What was read.</param>
    /// <param name="isTrue">Whether a condition is True now.</param>
    public static bool IsProven(EffectiveSpec spec, NetworkProfileObservation seen, Func<string, bool> isTrue) =>
        (isTrue(AgentsReady.Type) && isTrue(RoutingActive.Type)) || (SomeAreDown(seen) && UpNodesAreWell(spec, seen) && AllReport(FeatureNames.Routing, spec, seen));

    /// <summary>Every agent of a node that is up says that it has taken over from kube-proxy.</summary>
    public static bool ReplacesKubeProxy(EffectiveSpec spec, NetworkProfileObservation seen) => SomeAreDown(seen) && AllReport(FeatureNames.KubeProxyReplacement, spec, seen);

    public static HashSet<string> UpNodes(NetworkProfileObservation seen) =>
        seen.Nodes.Where(n => !NodeSituations.IsDown(n)).Select(n => n.Metadata.Name!).ToHashSet(StringComparer.Ordinal);

    private static bool SomeAreDown(NetworkProfileObservation seen) => seen.Nodes.Any(NodeSituations.IsDown);

    private static bool UpNodesAreWell(EffectiveSpec spec, NetworkProfileObservation seen) =>
        NodeSituations.Of(seen, spec).Where(n => !n.IsDown).ToList() is { Count: > 0 } up && up.All(n => n.Doubt is null);

    private static bool AllReport(string feature, EffectiveSpec spec, NetworkProfileObservation seen)
    {
        var (wanted, configured) = FeaturesReport.Sources(spec, seen);
        var value = wanted.FirstOrDefault(f => f.Name == feature)?.Value;
        var up = UpNodes(seen);
        return value is not null && configured.Any(f => f.Name == feature && f.Value == value)
            && seen.Agents.Agents.Where(a => up.Contains(a.Node)).All(a => AgentJudgement.Of(a, seen, spec, wanted, configured).FeatureOf(feature) == value);
    }
}
