using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Validation;

/// <summary>What the wanted version can't do, each with the version that can.</summary>
internal static class VersionRules
{
    public static IEnumerable<Finding> Check(RuleInput input, CiliumFacts facts)
    {
        var spec = input.Spec;
        if (facts.KnownBad is { } bad)
        {
            var version = facts.Version.ToString();
            yield return input.Context.AllowedKnownBadVersion == version
                ? Finding.Warning("spec.cilium.version", version, FindingReasons.KnownBadVersion, $"{bad.Because} ({bad.Source}); allowed by annotation {NetworkProfileNames.AllowKnownBadVersionAnnotation}")
                : new Finding(bad.Severity, "spec.cilium.version", version, FindingReasons.KnownBadVersion,
                    $"{bad.Because} ({bad.Source}); use {bad.Use}{(bad.Severity == FindingSeverity.Error ? $", or annotate {NetworkProfileNames.AllowKnownBadVersionAnnotation}={version} to take it all the same" : "")}");
        }

        if (spec.Ipv4BigTCP && !facts.HasIpv4BigTcp)
        {
            yield return NotYet("spec.bigTCP.ipv4", true, facts, f => f.HasIpv4BigTcp, "the chart ignores it");
        }

        if (spec.Routing.DirectRoutingSkipUnreachable && !facts.HasDirectRoutingSkipUnreachable)
        {
            yield return NotYet("spec.routing.directRoutingSkipUnreachable", true, facts, f => f.HasDirectRoutingSkipUnreachable, "the chart ignores it");
        }

        if (spec.KubeProxyReplacement.Enabled)
        {
            if (spec.LoadBalancer.Acceleration == LoadBalancerAcceleration.BestEffort && !facts.HasBestEffortAcceleration)
            {
                yield return NotYet("spec.loadBalancer.acceleration", spec.LoadBalancer.Acceleration, facts, f => f.HasBestEffortAcceleration, "agents refuse it");
            }

            if (spec.LoadBalancer is { Mode: not LoadBalancerMode.SNAT, DsrDispatch: DsrDispatch.Geneve })
            {
                if (!facts.HasDsrGeneve)
                {
                    yield return NotYet("spec.loadBalancer.dsrDispatch", DsrDispatch.Geneve, facts, f => f.HasDsrGeneve, "agents refuse it");
                }
                else if (!input.Native && spec.Routing.TunnelProtocol != TunnelProtocol.Geneve)
                {
                    yield return Finding.Error("spec.loadBalancer.dsrDispatch", DsrDispatch.Geneve, FindingReasons.AgentFatal,
                        "in tunnel mode it needs spec.routing.tunnelProtocol: Geneve");
                }
            }

            if ((spec.Ipv4BigTCP || spec.Ipv6BigTCP) && facts.BigTcpIsFatalWithDsrEncapsulation
                && spec.LoadBalancer is { Mode: not LoadBalancerMode.SNAT, DsrDispatch: not DsrDispatch.Option })
            {
                yield return Finding.Error("spec.loadBalancer.dsrDispatch", spec.LoadBalancer.DsrDispatch, FindingReasons.AgentFatal,
                    "agents refuse BIG TCP with it; use dsrDispatch: Option");
            }
        }

        if (spec.NodeEncryption && spec.Encryption == EncryptionType.WireGuard && !facts.HasWireGuardNodeEncryption)
        {
            yield return NotYet("spec.encryption.nodeEncryption", true, facts, f => f.HasWireGuardNodeEncryption, "1.13 encrypts node traffic with IPsec only");
        }

        foreach (var finding in Hubble(spec, facts).Concat(Endpoints(input, facts)))
        {
            yield return finding;
        }

        if (BpfMasquerade(spec, facts) is { } masquerade)
        {
            yield return masquerade;
        }
    }

    private static IEnumerable<Finding> Hubble(EffectiveSpec spec, CiliumFacts facts)
    {
        var names = spec.Hubble.Metrics.Select(metric => metric.Split(':', 2)[0]).ToList();
        foreach (var name in names.Where(name => name.Length > 0 && !name.Any(char.IsWhiteSpace)).Except(facts.HubbleMetrics, StringComparer.Ordinal))
        {
            // A plugin that is built in by somebody else would be unknown here too.
            yield return Finding.Warning("spec.hubble.metrics", name, FindingReasons.BadValue,
                $"not a metric that Hubble {facts.MinorName} is known to have: {string.Join(", ", facts.HubbleMetrics)}");
        }

        if (names.Contains("http") && names.Contains("httpV2"))
        {
            yield return Finding.Error("spec.hubble.metrics", "http, httpV2", FindingReasons.Contradiction, "agents export one of the two only; keep httpV2");
        }
    }

    /// <summary>How agents reach the API once nothing answers on the Service's address.</summary>
    private static IEnumerable<Finding> Endpoints(RuleInput input, CiliumFacts facts)
    {
        const string Field = "spec.kubeProxyReplacement.apiServerEndpoints";
        var endpoints = CiliumValues.EndpointsOf(input.Spec, input.Context);
        if (endpoints.Count > 1 && !facts.HasApiServerUrls)
        {
            yield return Finding.Warning(Field, endpoints, FindingReasons.NotInThisVersion,
                $"agents of {facts.MinorName} know one API server only and would use {endpoints[0]}: give the address of a load balancer, or use {CiliumFacts.FirstMinorWith(f => f.HasApiServerUrls)} or later");
        }
        else if (endpoints.Count == 0 && input.Spec.KubeProxyReplacement is { Enabled: true, KubeProxy: KubeProxyPolicy.Park })
        {
            yield return Finding.Warning(Field, null, FindingReasons.Missing,
                "agents need an API server's own address once kube-proxy is gone; it is looked for in the cluster, and has to be given where none is found");
        }
    }

    private static Finding? BpfMasquerade(EffectiveSpec spec, CiliumFacts facts)
    {
        if (spec.KubeProxyReplacement.Enabled || spec.Masquerading.Mode != MasqueradingMode.BPF || !(spec.Masquerading.Ipv4 || spec.Masquerading.Ipv6))
        {
            return null;
        }

        const string Field = "spec.masquerading.mode";
        const string Fix = "set spec.kubeProxyReplacement.enabled: true, or mode: IPTables";
        return facts.BpfMasqueradeWithoutReplacement switch
        {
            BpfMasqueradeWithoutReplacement.FallsBack =>
                Finding.Error(Field, MasqueradingMode.BPF, FindingReasons.NotEffective, $"agents of {facts.MinorName} fall back to iptables without kube-proxy replacement; {Fix}"),
            BpfMasqueradeWithoutReplacement.Fatal =>
                Finding.Error(Field, MasqueradingMode.BPF, FindingReasons.AgentFatal, $"agents of {facts.MinorName} refuse to start without kube-proxy replacement; {Fix}"),
            _ => Finding.Warning(Field, MasqueradingMode.BPF, FindingReasons.Contradiction,
                $"documented to need kube-proxy replacement, although agents of {facts.MinorName} were seen to accept it; {Fix}"),
        };
    }

    private static Finding NotYet(string field, object value, CiliumFacts facts, Func<CiliumFacts, bool> has, string because) =>
        Finding.Error(field, value, FindingReasons.NotInThisVersion,
            $"Cilium {facts.MinorName} can't do this ({because}); it needs {CiliumFacts.FirstMinorWith(has) ?? "a newer version"} or later");
}
