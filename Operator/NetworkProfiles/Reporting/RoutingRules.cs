using System.Globalization;
using NetProfile.Cilium;
using NetProfile.Cilium.Agents;
using NetProfile.Cilium.Health;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Agents;
using static NetProfile.NetworkProfiles.Reporting.Verdict;
using RoutingActive = NetProfile.Crds.NetworkProfiles.NetworkProfileConditions.RoutingActive;

namespace NetProfile.NetworkProfiles.Reporting;

/// <summary>True only when it was measured: every agent routes as wanted, and those that measure it reach every node.</summary>
internal static class RoutingRules
{
    private const int MostPairs = 3;

    public static Verdict Routing(ReportInput input)
    {
        if (input.Seen.CiliumConfig is null)
        {
            return False(RoutingActive.Type, RoutingActive.NotInstalled, "ConfigMap cilium-config does not exist");
        }

        if (input.Wanted.FirstOrDefault(f => f.Name == FeatureNames.Routing)?.Value is not { } wanted
            || input.Configured.FirstOrDefault(f => f.Name == FeatureNames.Routing)?.Value is not { } configured)
        {
            return Unknown(RoutingActive.Type, RoutingActive.Unknown, "cilium-config is of a version that is not known");
        }

        if (configured != wanted)
        {
            return False(RoutingActive.Type, RoutingActive.WrongMode, $"cilium-config has {configured}, wanted is {wanted}");
        }

        return Modes(input, wanted) ?? Peers(input) ?? Measured(input, wanted);
    }

    private static Verdict? Modes(ReportInput input, string wanted)
    {
        var wrong = input.Agents.Where(a => a.FeatureOf(FeatureNames.Routing) is { } mode && mode != wanted).ToList();
        if (wrong.Count == 0)
        {
            return null;
        }

        var modes = string.Join(" and ", wrong.Select(a => a.FeatureOf(FeatureNames.Routing)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var text = string.Create(CultureInfo.InvariantCulture, $"{wrong.Count} of {input.Agents.Count} agents route by {modes}, wanted is {wanted}: {AgentRules.Nodes(wrong)}");
        return input.Component(CiliumComponent.Agent).RollingOut
            ? False(RoutingActive.Type, RoutingActive.Switching, $"{text}; nodes in different modes don't reach each other until the rollout is done") with { Settling = true }
            : False(RoutingActive.Type, RoutingActive.WrongMode, text + AgentRules.Restart(input, wrong));
    }

    private static Verdict? Peers(ReportInput input)
    {
        var lost = PeerWays.Lost(input.Agents, input.Seen);
        if (lost.Count == 0)
        {
            return null;
        }

        var pairs = string.Join(", ", lost.Take(MostPairs).Select(l => $"{l.From.Node} to {l.To} ({l.Peer.Error})"));
        var nodes = lost.SelectMany(l => new[] { l.From.Node, l.To });
        var message = string.Create(CultureInfo.InvariantCulture,
            $"agents don't reach each other on {lost.Count} ways between {NodeNames.Join(nodes)}: {pairs}{(lost.Count > MostPairs ? ", …" : "")}; {Cause(input, [.. lost.Select(l => l.Peer)])}");
        return Damping.Settle(input, False(RoutingActive.Type, RoutingActive.PeersUnreachable, message), [.. lost.Select(l => l.From)]);
    }

    private static string Cause(ReportInput input, List<PeerHealth> lost)
    {
        if (lost.All(p => p.HostReached == false))
        {
            return "the nodes' own addresses don't answer either: look for a firewall between the nodes (ICMP, and TCP port 4240)";
        }

        if (input.Agents.Select(a => a.FeatureOf(FeatureNames.Routing)).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return "nodes are in different routing modes";
        }

        var routing = input.Spec.Routing;
        return routing switch
        {
            { Mode: RoutingMode.Native, AutoDirectNodeRoutes: false } =>
                "node addresses answer and pod addresses don't: nothing routes the pod CIDRs; set spec.routing.autoDirectNodeRoutes to true where nodes share a network segment, have the network or BGP route them, or use spec.routing.mode Tunnel",
            { Mode: RoutingMode.Native } =>
                "node addresses answer and pod addresses don't: these nodes aren't in one network segment, or the network drops packets of pod addresses (source checks of clouds); have the network route the pod CIDRs, or use spec.routing.mode Tunnel",
            _ => string.Create(CultureInfo.InvariantCulture,
                $"node addresses answer and pod addresses don't: the overlay's packets are lost; look for a firewall or security group that drops UDP port {routing.TunnelPort} between the nodes, and for another overlay on that port"),
        };
    }

    private static Verdict Measured(ReportInput input, string wanted)
    {
        var total = Math.Max(input.Component(CiliumComponent.Agent).Desired, input.Agents.Count);
        var unreachable = input.Agents.Where(a => a.State == AgentState.Unreachable).ToList();
        if (unreachable.Count > 0)
        {
            return Unknown(RoutingActive.Type, RoutingActive.Unknown, $"cilium-config has {wanted}; agents couldn't be asked: {AgentRules.Grouped(unreachable)}");
        }

        var asked = input.Agents.Count(a => a.State != AgentState.NotAsked);
        if (asked < total || total == 0)
        {
            return Unknown(RoutingActive.Type, RoutingActive.Configured, string.Create(CultureInfo.InvariantCulture, $"cilium-config has {wanted}; asked {asked} of {total} agents")) with { Settling = true };
        }

        var measuring = input.Agents.Where(a => a.Report is { MeasuresPeers: true, Answer.Seen.Health: not null }).ToList();
        if (!input.Agents.Any(a => a.Report.MeasuresPeers))
        {
            return True(RoutingActive.Type, RoutingActive.Active, string.Create(CultureInfo.InvariantCulture, $"{asked} of {total} agents route by {wanted}; whether they reach each other isn't known, because health checking is off"));
        }

        var reached = measuring.SelectMany(a => a.Report.Answer!.Seen.Health!.Peers)
            .Where(p => p.HostReached == true || p.EndpointReached == true).Select(p => NodeNames.WithoutCluster(p.Node)).ToHashSet(StringComparer.Ordinal);
        var open = total < 2 ? [] : PeerWays.ReachableNodes(input.Agents, input.Seen).Except(reached, StringComparer.Ordinal).ToList();
        return open.Count > 0
            ? Unknown(RoutingActive.Type, RoutingActive.Configured, $"{wanted} on all agents; not yet measured whether {NodeNames.Join(open)} can be reached") with { Settling = true }
            : True(RoutingActive.Type, RoutingActive.Active, string.Create(CultureInfo.InvariantCulture,
                $"{asked} of {total} agents route by {wanted}{(input.Agents.All(a => a.Report.MeasuresPeers) ? " and reach each other" : $"; {input.Agents.Count(a => a.Report.MeasuresPeers)} of them were sampled and reach all others")}"));
    }
}
