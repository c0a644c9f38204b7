using NetProfile.Cilium.Values;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>One roll of the agents on the way from one routing mode to another; without interim values it is the spec itself.</summary>
public sealed record RoutingSwitchStep(string Name, string Because, InterimValues? Interim);

/// <summary>
/// How a running Cilium changes its routing mode. Nodes of different modes normally don't reach each other, so a roll in batches is an
/// outage that lasts as long as the roll. The live way keeps the overlay device of converted nodes, so that they understand both kinds
/// of packets (measured: no packet lost); where it can't be gone, all agents change in one stroke. Pure.
/// </summary>
public static class RoutingSwitch
{
    public const string Prepare = "Prepare";
    public const string Switch = "Switch";
    public const string Drop = "Drop";
    public const string OneStrokeName = "OneStroke";

    /// <summary>Why the live way can't be gone; null when it can.</summary>
    /// <param name="running">The mode that agents run now.</param>
    /// <param name="spec">What is wanted.</param>
    /// <param name="context">What is known of the cluster.</param>
    /// <param name="facts">Of the installed version: the switch is never one with an upgrade.</param>
    public static string? LiveRefusal(RoutingMode running, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        if (running != RoutingMode.Tunnel || spec.Routing.Mode != RoutingMode.Native)
        {
            return "only the way from Tunnel to Native is known to work without loss";
        }

        if (!facts.EgressGatewayKeepsOverlayDevice)
        {
            return $"agents of {facts.MinorName} don't keep their overlay device in native mode";
        }

        if (!spec.KubeProxyReplacement.Enabled || spec.Masquerading.Mode != MasqueradingMode.BPF)
        {
            return "keeping the overlay device needs spec.kubeProxyReplacement.enabled: true and spec.masquerading.mode: BPF";
        }

        if (CiliumValues.Ipv6(spec, context))
        {
            return "pods have IPv6, for which the live way isn't known to work";
        }

        if (spec.Encryption != EncryptionType.None)
        {
            return $"traffic is encrypted ({spec.Encryption}), for which the live way isn't known to work";
        }

        return CiliumValues.Ipv4NativeCidr(spec, context) is null ? "the native routing CIDR isn't known: give spec.routing.ipv4NativeRoutingCIDR" : null;
    }

    /// <summary>
    /// Prepare, switch, drop: each a roll in batches of its own, with a gate behind it. Before the switch one goes back by another such
    /// roll; behind it only in one stroke, because packets are lost even with the overlay device kept.
    /// </summary>
    public static IReadOnlyList<RoutingSwitchStep> Live(EffectiveSpec spec, ValuesContext context, TunnelProtocol runningProtocol, int? runningPort)
    {
        var kept = (context.Interim ?? new InterimValues()) with
        {
            KeepOverlayDevice = true,
            TunnelProtocol = runningProtocol,
            TunnelPort = runningPort,
            Ipv4NativeRoutingCIDR = context.Interim?.Ipv4NativeRoutingCIDR ?? CiliumValues.Ipv4NativeCidr(spec, context),
        };
        return
        [
            new(Prepare, "agents learn the native CIDR first, or connections are masqueraded for a moment, and keep their overlay device from now on",
                kept with { RoutingMode = RoutingMode.Tunnel }),
            new(Switch, "converted nodes send plain packets and still understand wrapped ones", kept with { RoutingMode = RoutingMode.Native }),
            new(Drop, "the overlay device is needed no more", context.Interim),
        ];
    }

    /// <summary>All agents at once: the shortest outage where one can't be avoided.</summary>
    public static RoutingSwitchStep OneStroke(ValuesContext context) =>
        new(OneStrokeName, "nodes of different modes don't reach each other, so the fewest seconds are those of all agents at once",
            (context.Interim ?? new InterimValues()) with { MaxUnavailable = new IntOrString("100%") });
}
