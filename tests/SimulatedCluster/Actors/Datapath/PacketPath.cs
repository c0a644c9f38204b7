using System.Net;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>
/// Which packets arrive, by what lies on the two hosts, as measured with a real Cilium beside and after a real Flannel: who
/// holds which device, which routes there are, what each agent has loaded. Pure.
/// </summary>
internal static class PacketPath
{
    /// <summary>In larger clusters hosts list no routes to their peers (the tables would be quadratic): the device speaks for them.</summary>
    public const int PeersWithRoutes = 50;

    /// <summary>A new connection and its answers, in every family that both ends have.</summary>
    public static Verdict Connect(SimulatedHost from, Side source, SimulatedHost to, Side target, int hosts)
    {
        if (from == to && source == Side.Host && target == Side.Host)
        {
            return Verdict.Reached;
        }

        var verdict = Verdict.Reached;
        var families = 0;
        foreach (var v6 in (bool[])[false, true])
        {
            if (AddressesOf(from, source, v6) is not null && AddressesOf(to, target, v6) is not null)
            {
                families++;
                verdict = verdict
                    .And(Packet(from, source, to, target, v6, hosts, isAnswer: false))
                    .And(Answer(from, source, to, target, v6, hosts) is { Reach: Reach.Lost } lost ? lost : Verdict.Reached);
            }
        }

        return families > 0 ? verdict : Verdict.Lost($"{from.Name} and {to.Name} have no address family in common");
    }

    /// <summary>Whether this pod of the old network still hangs on its host.</summary>
    public static bool IsAttached(SimulatedHost host, string ip) =>
        host.Links.ContainsKey(Nodes.PodNetwork.PolicyDeviceOf(ip))
            ? host.HasRoute(ip + "/32", Nodes.PodNetwork.PolicyDeviceOf(ip))
            : host.Links.ContainsKey("cni0") && host.Links.GetValueOrDefault(Nodes.PodNetwork.VethOf(ip)) is { Master: "cni0" };

    /// <summary>From the node's own stack to its pods of the old network: what a kubelet's probe takes.</summary>
    public static Verdict DeliverToOldPods(SimulatedHost host, bool v6)
    {
        if (host.Links.Keys.Any(name => name.StartsWith("cali", StringComparison.Ordinal)))
        {
            return Verdict.Reached;
        }

        var cidr = AddressesOf(host, Side.Old, v6)!;
        return !host.Links.ContainsKey("cni0") ? Verdict.Lost($"{host.Name} has no bridge cni0")
            : !host.HasRoute(cidr, "cni0") ? Verdict.Lost($"{host.Name} has no route to {cidr} over cni0")
            : Verdict.Reached;
    }

    /// <summary>What leaves Flannel's network goes as from its node while Flannel's rules are there, so that answers come to the node.</summary>
    private static Verdict Answer(SimulatedHost from, Side source, SimulatedHost to, Side target, bool v6, int hosts) =>
        source == Side.Old && target != Side.Old && from != to && (from.HasChain("FLANNEL-POSTRTG") || from.NftTables.Contains("ip flannel-ipv4"))
            ? DeliverToOldPods(from, v6)
            : Packet(to, target, from, source, v6, hosts, isAnswer: true);

    private static Verdict Packet(SimulatedHost from, Side source, SimulatedHost to, Side target, bool v6, int hosts, bool isAnswer)
    {
        if (source == Side.Old && !(from.Links.ContainsKey("cni0") || from.Links.Keys.Any(name => name.StartsWith("cali", StringComparison.Ordinal))))
        {
            return Verdict.Lost($"{from.Name} has no bridge cni0");
        }

        if (source == Side.Cilium && from.Cilium is null)
        {
            return Verdict.Lost($"nothing of Cilium is loaded on {from.Name}");
        }

        return target switch
        {
            Side.Host => Verdict.Reached,
            Side.Old when from == to => source switch
            {
                Side.Old => Verdict.Reached,
                Side.Cilium when from.Cilium!.HostRoutingInBpf && !isAnswer =>
                    Verdict.Lost($"BPF host routing on {from.Name} passes by cni0 (bpf.hostLegacyRouting is off)"),
                _ => DeliverToOldPods(from, v6).And(Translation(from, source, to, target, v6)),
            },
            Side.Old => Underlay(from, to).And(ToOldPeer(from, to, v6, hosts)).And(DeliverToOldPods(to, v6)).And(Translation(from, source, to, target, v6)),
            _ when to.Cilium is null => Verdict.Lost($"nothing of Cilium is loaded on {to.Name}"),
            _ when from == to => Verdict.Reached,
            _ => Underlay(from, to).And(ToCiliumPeer(from, to, v6, hosts)).And(Translation(from, source, to, target, v6)),
        };
    }

    /// <summary>Over Flannel's device, or by a direct route of its host-gw backend.</summary>
    private static Verdict ToOldPeer(SimulatedHost from, SimulatedHost to, bool v6, int hosts)
    {
        var cidr = AddressesOf(to, Side.Old, v6)!;
        var device = v6 ? "flannel-v6.1" : "flannel.1";
        if (from.Routes.Exists(route => route.Destination == cidr && route.Device == "eth0" && route.Via is not null && route.Protocol == "flannel"))
        {
            return from.Segment == to.Segment ? Verdict.Reached : Verdict.Lost($"{from.Name} and {to.Name} share no segment");
        }

        if (!from.Links.TryGetValue(device, out var local))
        {
            return Verdict.Lost($"{from.Name} has no {device}");
        }

        if (hosts <= PeersWithRoutes && !from.HasRoute(cidr, device))
        {
            return Verdict.Lost($"{from.Name} has no route to {cidr} over {device}");
        }

        return to.Links.GetValueOrDefault(device) is { } remote && remote.TunnelPort == local.TunnelPort && remote.VxlanId == local.VxlanId
            ? Verdict.Reached
            : Verdict.Lost($"{to.Name} has no {device} that takes what {from.Name} sends");
    }

    private static Verdict ToCiliumPeer(SimulatedHost from, SimulatedHost to, bool v6, int hosts)
    {
        var cidr = AddressesOf(to, Side.Cilium, v6)!;
        if (from.Cilium is not { } sender)
        {
            return Verdict.Lost($"nothing of Cilium is loaded on {from.Name}, which knows no way to {cidr}");
        }

        if (sender.Native)
        {
            return from.Segment == to.Segment && (hosts > PeersWithRoutes || from.Routes.Exists(route => route.Destination == cidr && route.Device == "eth0" && route.Via is not null))
                ? Verdict.Reached
                : Verdict.Lost($"{from.Name} has no direct route to {cidr}");
        }

        // Packets that come plain are taken by every node; those that come through the tunnel need its device.
        return from.Links.GetValueOrDefault(sender.Overlay) is not { Up: true, TunnelPort: > 0 } local ? Verdict.Lost($"{sender.Overlay} on {from.Name} is down")
            : to.Links.GetValueOrDefault(sender.Overlay) is { Up: true } remote && remote.TunnelPort == local.TunnelPort ? Verdict.Reached
            : Verdict.Lost($"{to.Name} has no {sender.Overlay} that takes what {from.Name} sends");
    }

    /// <summary>A pod of Cilium's keeps its address inside of the native CIDR; in tunnel mode also towards all pods of Cilium's.</summary>
    private static Verdict Translation(SimulatedHost from, Side source, SimulatedHost to, Side target, bool v6)
    {
        if (source != Side.Cilium || from.Cilium is not { Masquerades: true } sender || (!sender.Native && target == Side.Cilium))
        {
            return Verdict.Reached;
        }

        var destination = IPNetwork.Parse(AddressesOf(to, target, v6)!).BaseAddress;
        return sender.NativeCIDRs.Any(cidr => IPNetwork.Parse(cidr).Contains(destination))
            ? Verdict.Reached
            : Verdict.Masqueraded($"{from.Name} masquerades towards {destination}: its native CIDR is {(sender.NativeCIDRs.Count == 0 ? "not set" : string.Join(", ", sender.NativeCIDRs))}");
    }

    private static Verdict Underlay(SimulatedHost from, SimulatedHost to) =>
        from.Knobs.Unreachable ? Verdict.Lost($"{from.Name} is down") : to.Knobs.Unreachable ? Verdict.Lost($"{to.Name} is down") : Verdict.Reached;

    /// <summary>The network of these pods on this host; null when it has none of the family.</summary>
    private static string? AddressesOf(SimulatedHost host, Side attachment, bool v6) => attachment switch
    {
        Side.Host => v6 ? null : host.InternalIP + "/32",
        Side.Old => v6 ? host.PodCIDRv6 : host.PodCIDR,
        _ when host.Cilium is null => v6 ? null : "0.0.0.0/32",
        _ => host.Cilium.PodCIDRs.FirstOrDefault(cidr => cidr.Contains(':', StringComparison.Ordinal) == v6),
    };
}
