using System.Text.Json.Nodes;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>Routing, Services and the datapath as values.</summary>
public static partial class CiliumValues
{
    private static void AddRouting(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        var routing = spec.Routing;
        var native = (context.Interim?.RoutingMode ?? routing.Mode) == RoutingMode.Native;
        var protocol = (context.Interim?.TunnelProtocol ?? routing.TunnelProtocol) == TunnelProtocol.Geneve ? "geneve" : "vxlan";
        if (facts.HasRoutingMode)
        {
            values.Set("routingMode", native ? "native" : "tunnel");

            // In native mode the protocol matters to nobody but DSR with Geneve, which must be told.
            if (!native || UsesDsrGeneve(spec) || context.Interim?.KeepOverlayDevice == true)
            {
                values.Set("tunnelProtocol", native && UsesDsrGeneve(spec) ? "geneve" : protocol);
            }
        }
        else
        {
            values.Set("tunnel", native ? "disabled" : protocol);
        }

        var port = context.Interim?.TunnelPort ?? (routing.TunnelPortIsExplicit ? routing.TunnelPort : context.TunnelPort ?? 0);
        if (port > 0 && (!native || context.Interim?.KeepOverlayDevice == true))
        {
            values.Set("tunnelPort", port);
        }

        values.Set("autoDirectNodeRoutes", native && routing.AutoDirectNodeRoutes);
        if (facts.HasDirectRoutingSkipUnreachable)
        {
            values.Set("directRoutingSkipUnreachable", native && routing.AutoDirectNodeRoutes && routing.DirectRoutingSkipUnreachable);
        }

        // In tunnel mode a given CIDR is kept: the live switch sets it a step ahead.
        var ipv4 = context.Interim?.Ipv4NativeRoutingCIDR ?? routing.Ipv4NativeRoutingCIDR ?? (native ? Ipv4NativeCidr(spec, context) : null);
        if (ipv4 is not null && Ipv4(spec, context))
        {
            values.Set("ipv4NativeRoutingCIDR", ipv4);
        }

        var ipv6 = context.Interim?.Ipv6NativeRoutingCIDR ?? routing.Ipv6NativeRoutingCIDR ?? (native ? Ipv6NativeCidr(spec, context) : null);
        if (ipv6 is not null && Ipv6(spec, context))
        {
            values.Set("ipv6NativeRoutingCIDR", ipv6);
        }

        if (routing.Mtu > 0)
        {
            values.Set("MTU", routing.Mtu);
        }
    }

    private static void AddServices(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        var replacement = spec.KubeProxyReplacement;
        values.Set("kubeProxyReplacement", (replacement.Enabled ? facts.KubeProxyReplacementOn : facts.KubeProxyReplacementOff).DeepClone());

        // Without kube-proxy nothing answers on the Service's address until the agents do.
        var endpoints = EndpointsOf(spec, context);
        if (endpoints.Count > 0 && ApiServerEndpoint.TryParse(endpoints[0], out var first))
        {
            values.Set("k8sServiceHost", first.Host);
            values.Set("k8sServicePort", first.Port);
            if (facts.HasApiServerUrls && endpoints.Count > 1)
            {
                values.Set("k8s.apiServerURLs", string.Join(' ', endpoints
                    .Select(e => ApiServerEndpoint.TryParse(e, out var endpoint) ? endpoint.Url : null).OfType<string>()));
            }
        }

        if (!replacement.Enabled)
        {
            return;
        }

        var balancer = spec.LoadBalancer;
        values.Set("loadBalancer.mode", balancer.Mode.ToString().ToLowerInvariant());
        values.Set("loadBalancer.algorithm", balancer.Algorithm.ToString().ToLowerInvariant());
        values.Set("loadBalancer.acceleration", balancer.Acceleration == LoadBalancerAcceleration.BestEffort
            ? "best-effort"
            : balancer.Acceleration.ToString().ToLowerInvariant());
        if (balancer.Mode != LoadBalancerMode.SNAT)
        {
            values.Set("loadBalancer.dsrDispatch", balancer.DsrDispatch switch
            {
                DsrDispatch.IPIP => "ipip",
                DsrDispatch.Geneve => "geneve",
                _ => "opt",
            });
        }
    }

    private static void AddDatapath(JsonObject values, EffectiveSpec spec, ValuesContext context, CiliumFacts facts)
    {
        values.Set("enableIPv4Masquerade", spec.Masquerading.Ipv4);
        values.Set("enableIPv6Masquerade", spec.Masquerading.Ipv6);
        values.Set("bpf.masquerade", spec.Masquerading.Mode == MasqueradingMode.BPF);
        values.Set("bpf.hostLegacyRouting", spec.HostRouting == HostRoutingMode.Legacy || context.Interim?.LegacyHostRouting == true);
        values.Set("bandwidthManager.enabled", spec.BandwidthManager);

        // An agent with legacy host routing refuses BBR, and for the time of a migration host routing is legacy.
        values.Set("bandwidthManager.bbr", spec.BandwidthManager && spec.Bbr && context.Interim?.LegacyHostRouting != true);
        var bigTcp = BigTcpIsPossible(context);
        if (facts.HasIpv4BigTcp)
        {
            values.Set("enableIPv4BIGTCP", spec.Ipv4BigTCP && bigTcp);
        }

        values.Set("enableIPv6BIGTCP", spec.Ipv6BigTCP && bigTcp);
        values.Set("encryption.enabled", spec.Encryption != EncryptionType.None);
        if (spec.Encryption != EncryptionType.None)
        {
            values.Set("encryption.type", spec.Encryption.ToString().ToLowerInvariant());
            values.Set("encryption.nodeEncryption", spec.NodeEncryption);
        }

        values.Set("bgpControlPlane.enabled", spec.BgpControlPlane);
        values.Set("sctp.enabled", spec.Sctp);
    }

    /// <summary>BIG TCP is fatal to an agent in tunnel mode or with legacy host routing, which an interim step may need.</summary>
    private static bool BigTcpIsPossible(ValuesContext context) =>
        context.Interim is not { } interim || (!interim.LegacyHostRouting && interim.RoutingMode != RoutingMode.Tunnel && !interim.KeepOverlayDevice);

    private static bool UsesDsrGeneve(EffectiveSpec spec) =>
        spec.KubeProxyReplacement.Enabled && spec.LoadBalancer.Mode != LoadBalancerMode.SNAT && spec.LoadBalancer.DsrDispatch == DsrDispatch.Geneve;

    /// <summary>Those that the spec names, else, with kube-proxy replaced, those that were found.</summary>
    internal static IReadOnlyList<string> EndpointsOf(EffectiveSpec spec, ValuesContext context) =>
        spec.KubeProxyReplacement.ApiServerEndpoints.Count > 0 ? spec.KubeProxyReplacement.ApiServerEndpoints
        : spec.KubeProxyReplacement.Enabled ? context.ApiServerEndpoints
        : [];

    internal static string? Ipv4NativeCidr(EffectiveSpec spec, ValuesContext context) =>
        spec.Routing.Ipv4NativeRoutingCIDR ?? context.Ipv4NativeRoutingCIDR ?? (spec.Ipam.Ipv4PodCIDRs.Count == 1 ? spec.Ipam.Ipv4PodCIDRs[0] : null);

    internal static string? Ipv6NativeCidr(EffectiveSpec spec, ValuesContext context) =>
        spec.Routing.Ipv6NativeRoutingCIDR ?? context.Ipv6NativeRoutingCIDR ?? (spec.Ipam.Ipv6PodCIDRs.Count == 1 ? spec.Ipam.Ipv6PodCIDRs[0] : null);
}
