using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Validation;

/// <summary>What a rule may look at: the spec as written (what is null was not written), with its defaults, and what is known beside it.</summary>
internal sealed record RuleInput(NetworkProfileSpec Written, EffectiveSpec Spec, ValuesContext Context)
{
    public bool Native => Spec.Routing.Mode == RoutingMode.Native;
}

/// <summary>Rules that hold for every version: the CRD's own, for objects that came past admission, and what agents die of.</summary>
internal static class SpecRules
{
    public static IEnumerable<Finding> Check(RuleInput input) =>
        [.. Routing(input), .. Services(input), .. Datapath(input), .. Hubble(input), .. Rollout(input), .. AddressRules.Check(input)];

    private static IEnumerable<Finding> Routing(RuleInput input)
    {
        var (written, spec) = (input.Written.Routing, input.Spec);
        if (spec.Routing.AutoDirectNodeRoutes && !input.Native)
        {
            yield return Finding.Error("spec.routing.autoDirectNodeRoutes", true, FindingReasons.AgentFatal,
                "agents refuse direct routes with a tunnel; remove it or set spec.routing.mode: Native");
        }

        if (spec.Routing.DirectRoutingSkipUnreachable && !(input.Native && spec.Routing.AutoDirectNodeRoutes))
        {
            yield return Finding.Error("spec.routing.directRoutingSkipUnreachable", true, FindingReasons.AgentFatal,
                "agents refuse it without spec.routing.autoDirectNodeRoutes: true");
        }

        if (input.Native && written?.TunnelProtocol is { } protocol)
        {
            yield return Finding.Error("spec.routing.tunnelProtocol", protocol, FindingReasons.Contradiction, "nothing is tunnelled with spec.routing.mode: Native; remove it");
        }

        if (input.Native && written?.TunnelPort is { } port)
        {
            yield return Finding.Error("spec.routing.tunnelPort", port, FindingReasons.Contradiction, "nothing is tunnelled with spec.routing.mode: Native; remove it");
        }

        if (written?.TunnelPort is < 1 or > 65535)
        {
            yield return Finding.Error("spec.routing.tunnelPort", written.TunnelPort, FindingReasons.Malformed, "a port is 1 to 65535");
        }

        if (written?.Mtu is < 0 or > 65535 or (> 0 and < 1280))
        {
            yield return Finding.Error("spec.routing.mtu", written.Mtu, FindingReasons.Malformed, "0, or 1280 to 65535");
        }

        if (input.Native && !spec.Routing.AutoDirectNodeRoutes && !spec.BgpControlPlane)
        {
            yield return Finding.Warning("spec.routing.autoDirectNodeRoutes", false, FindingReasons.NotEffective,
                "with Native and without it nothing here makes routes to other nodes' pods: agents would be ready and pods unreachable unless the network has the routes");
        }
    }

    private static IEnumerable<Finding> Services(RuleInput input)
    {
        var spec = input.Spec;
        var replacement = spec.KubeProxyReplacement;
        for (var i = 0; i < replacement.ApiServerEndpoints.Count; i++)
        {
            if (!ApiServerEndpoint.TryParse(replacement.ApiServerEndpoints[i], out _))
            {
                yield return Finding.Error($"spec.kubeProxyReplacement.apiServerEndpoints[{i}]", replacement.ApiServerEndpoints[i],
                    FindingReasons.Malformed, "has to be host:port, for instance 192.168.1.10:6443");
            }
        }

        if (replacement.Enabled)
        {
            if (spec.Sctp)
            {
                yield return Finding.Warning("spec.sctp", true, FindingReasons.NotEffective,
                    "SCTP works for pods, and for Services only where target port and port are the same: eBPF doesn't rewrite SCTP ports");
            }

            if (spec.LoadBalancer is { Mode: not LoadBalancerMode.SNAT, DsrDispatch: DsrDispatch.Option } && !input.Native)
            {
                yield return Finding.Error("spec.loadBalancer.dsrDispatch", spec.LoadBalancer.DsrDispatch, FindingReasons.AgentFatal,
                    "DSR by IP option can't go through a tunnel; use dsrDispatch: Geneve with tunnelProtocol: Geneve, or spec.routing.mode: Native");
            }

            if (spec.LoadBalancer is { Mode: not LoadBalancerMode.SNAT, DsrDispatch: DsrDispatch.IPIP } && !input.Native)
            {
                yield return Finding.Error("spec.loadBalancer.dsrDispatch", spec.LoadBalancer.DsrDispatch, FindingReasons.AgentFatal,
                    "IPIP dispatch needs spec.routing.mode: Native");
            }

            yield break;
        }

        if (input.Written.LoadBalancer is { } balancer && (balancer.Mode is not (null or LoadBalancerMode.SNAT)
            || balancer.Algorithm is not (null or LoadBalancerAlgorithm.Random) || balancer.Acceleration is not (null or LoadBalancerAcceleration.Disabled)))
        {
            yield return Finding.Error("spec.loadBalancer", null, FindingReasons.NotEffective, "has no effect without spec.kubeProxyReplacement.enabled: true");
        }

        if (input.Written.HostRouting == HostRoutingMode.BPF)
        {
            yield return Finding.Error("spec.hostRouting", HostRoutingMode.BPF, FindingReasons.NotEffective,
                "agents fall back to Legacy without spec.kubeProxyReplacement.enabled: true, and only their log says so");
        }
    }

    private static IEnumerable<Finding> Datapath(RuleInput input)
    {
        var spec = input.Spec;
        var masquerades = spec.Masquerading.Ipv4 || spec.Masquerading.Ipv6;
        if (spec.KubeProxyReplacement.Enabled && input.Written.HostRouting == HostRoutingMode.BPF && masquerades
            && spec.Masquerading.Mode != MasqueradingMode.BPF)
        {
            yield return Finding.Error("spec.hostRouting", HostRoutingMode.BPF, FindingReasons.NotEffective,
                "agents fall back to Legacy while iptables masquerades; set spec.masquerading.mode: BPF");
        }

        if (spec.HostRouting == HostRoutingMode.BPF && spec.Encryption == EncryptionType.IPsec)
        {
            yield return Finding.Error("spec.hostRouting", HostRoutingMode.BPF, FindingReasons.NotEffective, "agents fall back to Legacy with IPsec; set hostRouting: Legacy");
        }

        if (spec.Bbr && !spec.BandwidthManager)
        {
            yield return Finding.Error("spec.bandwidthManager.bbr", true, FindingReasons.Contradiction, "needs spec.bandwidthManager.enabled: true");
        }

        if (spec.Bbr && spec.HostRouting == HostRoutingMode.Legacy)
        {
            yield return Finding.Error("spec.bandwidthManager.bbr", true, FindingReasons.AgentFatal,
                "agents refuse BBR with legacy host routing; it needs spec.hostRouting: BPF, and that kubeProxyReplacement and masquerading by BPF");
        }

        foreach (var (on, family) in new[] { (spec.Ipv4BigTCP, "ipv4"), (spec.Ipv6BigTCP, "ipv6") })
        {
            if (!on)
            {
                continue;
            }

            var field = "spec.bigTCP." + family;
            if (!input.Native)
            {
                yield return Finding.Error(field, true, FindingReasons.AgentFatal, "agents refuse BIG TCP in tunnel mode; it needs spec.routing.mode: Native");
            }

            if (spec.HostRouting == HostRoutingMode.Legacy)
            {
                yield return Finding.Error(field, true, FindingReasons.AgentFatal, "agents refuse BIG TCP with legacy host routing; it needs spec.hostRouting: BPF");
            }

            if (spec.Encryption != EncryptionType.None)
            {
                yield return Finding.Error(field, true, FindingReasons.AgentFatal, $"agents refuse BIG TCP with {spec.Encryption} encryption");
            }
        }

        if (spec.Ipv6BigTCP && !CiliumValues.Ipv6(spec, input.Context))
        {
            yield return Finding.Error("spec.bigTCP.ipv6", true, FindingReasons.NotEffective, "pods have no IPv6; give spec.ipam.ipv6PodCIDRs");
        }

        if (spec.Ipv4BigTCP && !CiliumValues.Ipv4(spec, input.Context))
        {
            yield return Finding.Error("spec.bigTCP.ipv4", true, FindingReasons.NotEffective, "pods have no IPv4; give spec.ipam.ipv4PodCIDRs");
        }

        if (spec.NodeEncryption && spec.Encryption != EncryptionType.WireGuard)
        {
            yield return Finding.Error("spec.encryption.nodeEncryption", true, FindingReasons.NotEffective, "only with spec.encryption.type: WireGuard");
        }
    }

    private static IEnumerable<Finding> Hubble(RuleInput input)
    {
        var hubble = input.Spec.Hubble;
        if (hubble.Relay && !hubble.Enabled)
        {
            yield return Finding.Error("spec.hubble.relay.enabled", true, FindingReasons.Contradiction, "needs spec.hubble.enabled: true");
        }

        if (hubble.Ui && !hubble.Relay)
        {
            yield return Finding.Error("spec.hubble.ui.enabled", true, FindingReasons.Contradiction, "needs spec.hubble.relay.enabled: true");
        }

        if (hubble.Metrics.Count > 0 && !hubble.Enabled)
        {
            yield return Finding.Error("spec.hubble.metrics", hubble.Metrics, FindingReasons.Contradiction, "needs spec.hubble.enabled: true");
        }

        foreach (var metric in hubble.Metrics.Where(m => m.Length == 0 || m.Any(char.IsWhiteSpace)))
        {
            yield return Finding.Error("spec.hubble.metrics", metric, FindingReasons.Malformed, "a metric has no spaces; its options follow a colon, for instance flow:sourceContext=pod");
        }
    }

    private static IEnumerable<Finding> Rollout(RuleInput input)
    {
        var value = input.Spec.Rollout.MaxUnavailable;
        if (!IsCountOrShare(value.Value))
        {
            yield return Finding.Error("spec.rollout.maxUnavailable", value.Value, FindingReasons.Malformed, "a number from 1, or 1% to 100%");
        }
    }

    private static bool IsCountOrShare(string text)
    {
        var share = text.EndsWith('%');
        return int.TryParse(share ? text[..^1] : text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number >= 1 && (!share || number <= 100);
    }
}
