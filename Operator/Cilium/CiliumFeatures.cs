using NetProfile.Cilium.Agents;
using NetProfile.Cilium.Values;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium;

/// <summary>The names of the features in <c>status.features</c>: the lines that people read in <c>cilium status</c>.</summary>
public static class FeatureNames
{
    public const string Routing = "Routing";
    public const string HostRouting = "HostRouting";
    public const string KubeProxyReplacement = "KubeProxyReplacement";
    public const string NodePort = "NodePort";
    public const string Masquerading = "Masquerading";
    public const string BandwidthManager = "BandwidthManager";
    public const string Ipv4BigTcp = "IPv4BigTCP";
    public const string Ipv6BigTcp = "IPv6BigTCP";
    public const string Encryption = "Encryption";
    public const string Hubble = "Hubble";
    public const string HubbleRelay = "HubbleRelay";
    public const string Ipam = "IPAM";
    public const string ClusterHealth = "ClusterHealth";
    public const string CniChaining = "CNIChaining";
    public const string DatapathMode = "DatapathMode";
    public const string AttachMode = "AttachMode";
    public const string Devices = "Devices";
}

/// <summary>One feature and its value in the words that all three sources share: the spec, cilium-config, and an agent.</summary>
public sealed record CiliumFeature(string Name, string Value);

/// <summary>
/// Features in one vocabulary, so that what is wanted, what is configured and what agents report can be compared as text. A source that
/// doesn't know a feature leaves it out. Pure.
/// </summary>
public static class CiliumFeatures
{
    public const string Enabled = "Enabled";
    public const string Disabled = "Disabled";

    /// <summary>What the spec asks for.</summary>
    public static IReadOnlyList<CiliumFeature> Wanted(EffectiveSpec spec, ValuesContext context)
    {
        var ipv4 = CiliumValues.Ipv4(spec, context);
        var ipv6 = CiliumValues.Ipv6(spec, context);
        return
        [
            new(FeatureNames.Routing, spec.Routing.Mode == RoutingMode.Native ? "Native" : $"Tunnel [{Protocol(spec.Routing.TunnelProtocol.ToString())}]"),
            new(FeatureNames.HostRouting, spec.HostRouting.ToString()),
            new(FeatureNames.KubeProxyReplacement, spec.KubeProxyReplacement.Enabled ? "True" : "False"),
            new(FeatureNames.NodePort, NodePort(spec.KubeProxyReplacement.Enabled, spec.LoadBalancer.Mode.ToString(), spec.LoadBalancer.Algorithm.ToString(), spec.LoadBalancer.Acceleration.ToString())),
            new(FeatureNames.Masquerading, Masquerading(spec.Masquerading.Mode == MasqueradingMode.BPF, spec.Masquerading.Ipv4 && ipv4, spec.Masquerading.Ipv6 && ipv6)),
            new(FeatureNames.BandwidthManager, Bandwidth(spec.BandwidthManager, spec.Bbr)),
            new(FeatureNames.Ipv4BigTcp, OnOff(spec.Ipv4BigTCP)),
            new(FeatureNames.Ipv6BigTcp, OnOff(spec.Ipv6BigTCP)),
            new(FeatureNames.Encryption, spec.Encryption == EncryptionType.None ? Disabled : spec.Encryption.ToString()),
            new(FeatureNames.Hubble, OnOff(spec.Hubble.Enabled)),
            new(FeatureNames.Ipam, spec.Ipam.Mode == IpamMode.ClusterPool ? "cluster-pool" : "kubernetes"),
        ];
    }

    /// <summary>What cilium-config says: what agents that start now will do, as far as their kernel lets them.</summary>
    public static IReadOnlyList<CiliumFeature> Configured(IReadOnlyDictionary<string, string> config, CiliumFacts facts)
    {
        var replacement = Text(config, "kube-proxy-replacement") switch { "strict" or "true" => "True", "partial" => "Partial", _ => "False" };
        var bpfMasquerade = IsTrue(config, "enable-bpf-masquerade");
        var ipv4 = Text(config, "enable-ipv4") != "false" && Text(config, "enable-ipv4-masquerade") != "false";
        var ipv6 = IsTrue(config, "enable-ipv6") && Text(config, "enable-ipv6-masquerade") != "false";
        var bpfHostRouting = !IsTrue(config, "enable-host-legacy-routing") && replacement == "True" && (bpfMasquerade || !(ipv4 || ipv6));
        var hubble = Text(config, "enable-hubble");
        return
        [
            new(FeatureNames.Routing, RoutingOf(config, facts)),
            new(FeatureNames.HostRouting, bpfHostRouting ? "BPF" : "Legacy"),
            new(FeatureNames.KubeProxyReplacement, replacement),
            new(FeatureNames.NodePort, NodePort(replacement == "True" || IsTrue(config, "enable-node-port"), Text(config, "bpf-lb-mode"), Text(config, "bpf-lb-algorithm"), Text(config, "bpf-lb-acceleration"))),
            new(FeatureNames.Masquerading, Masquerading(bpfMasquerade, ipv4, ipv6)),
            new(FeatureNames.BandwidthManager, Bandwidth(IsTrue(config, "enable-bandwidth-manager"), IsTrue(config, "enable-bbr"))),
            new(FeatureNames.Ipv4BigTcp, OnOff(IsTrue(config, "enable-ipv4-big-tcp"))),
            new(FeatureNames.Ipv6BigTcp, OnOff(IsTrue(config, "enable-ipv6-big-tcp"))),
            new(FeatureNames.Encryption, IsTrue(config, "enable-wireguard") ? "WireGuard" : IsTrue(config, "enable-ipsec") ? "IPsec" : Disabled),
            new(FeatureNames.Hubble, OnOff(hubble is null ? !facts.HubbleAbsentMeansOff : hubble == "true")),
            new(FeatureNames.Ipam, Text(config, "ipam") ?? "cluster-pool"),
            new(FeatureNames.CniChaining, Text(config, "cni-chaining-mode") ?? "none"),
            new(FeatureNames.DatapathMode, Text(config, "datapath-mode") ?? "veth"),
        ];
    }

    /// <summary>What an agent says of itself. Before 1.16 it doesn't say how it routes.</summary>
    public static IReadOnlyList<CiliumFeature> Reported(AgentStatus agent)
    {
        var features = new List<CiliumFeature>();
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                features.Add(new CiliumFeature(name, value));
            }
        }

        Add(FeatureNames.Routing, agent.RoutingMode is null ? null
            : agent.RoutingMode == "Tunnel" ? $"Tunnel [{Protocol(agent.TunnelProtocol ?? "vxlan")}]" : agent.RoutingMode);
        Add(FeatureNames.HostRouting, agent.HostRouting);
        Add(FeatureNames.KubeProxyReplacement, agent.KubeProxyReplacement switch { "Strict" => "True", "Disabled" or "Probe" => "False", var mode => mode });
        Add(FeatureNames.NodePort, agent.NodePort is { } nodePort ? NodePort(nodePort.Enabled, nodePort.Mode, nodePort.Algorithm, nodePort.Acceleration) : null);
        Add(FeatureNames.Masquerading, agent.Masquerading is { } masquerading
            ? Masquerading(masquerading.Mode.Equals("BPF", StringComparison.OrdinalIgnoreCase), masquerading.Ipv4, masquerading.Ipv6)
            : null);
        Add(FeatureNames.BandwidthManager, agent.BandwidthManager is { } bandwidth ? Bandwidth(bandwidth.Enabled, bandwidth.CongestionControl == "bbr") : null);
        Add(FeatureNames.Ipv4BigTcp, agent.Ipv4BigTcp is { } big4 ? OnOff(big4.Effective) : null);
        Add(FeatureNames.Ipv6BigTcp, agent.Ipv6BigTcp is { } big6 ? OnOff(big6.Effective) : null);
        Add(FeatureNames.Encryption, agent.EncryptionMode switch { null => null, "Wireguard" => "WireGuard", var mode => mode });
        Add(FeatureNames.Hubble, agent.HubbleState is null ? null : OnOff(agent.HubbleState != "Disabled"));
        Add(FeatureNames.CniChaining, agent.CniChaining);
        Add(FeatureNames.DatapathMode, agent.DatapathMode);
        Add(FeatureNames.AttachMode, agent.AttachMode);
        Add(FeatureNames.Devices, agent.Devices.Count == 0 ? null
            : string.Join(", ", agent.Devices.Select(d => d == agent.DirectRoutingDevice ? $"{d} (direct routing)" : d).Order(StringComparer.Ordinal)));
        return features;
    }

    private static string RoutingOf(IReadOnlyDictionary<string, string> config, CiliumFacts facts)
    {
        if (!facts.HasRoutingMode)
        {
            var tunnel = Text(config, "tunnel") ?? "vxlan";
            return tunnel == "disabled" ? "Native" : $"Tunnel [{Protocol(tunnel)}]";
        }

        // Never by tunnel-protocol: from 1.17 it stands there in native mode too.
        return Text(config, "routing-mode") == "native" ? "Native" : $"Tunnel [{Protocol(Text(config, "tunnel-protocol") ?? "vxlan")}]";
    }

    private static string Protocol(string name) => name.Equals("geneve", StringComparison.OrdinalIgnoreCase) ? "Geneve" : "VXLAN";

    private static string Masquerading(bool bpf, bool ipv4, bool ipv6) => (ipv4, ipv6) switch
    {
        (false, false) => Disabled,
        (true, true) => (bpf ? "BPF" : "IPTables") + " [IPv4, IPv6]",
        _ => (bpf ? "BPF" : "IPTables") + (ipv4 ? " [IPv4]" : " [IPv6]"),
    };

    /// <summary>Words of three sources in one spelling: "best-effort" of a configuration, "Best-Effort" of an agent, BestEffort of the spec.</summary>
    private static string NodePort(bool enabled, string? mode, string? algorithm, string? acceleration)
    {
        if (!enabled)
        {
            return Disabled;
        }

        var how = mode?.ToUpperInvariant() switch { "DSR" => "DSR", "HYBRID" => "Hybrid", _ => "SNAT" };
        var choice = algorithm?.ToUpperInvariant() == "MAGLEV" ? "Maglev" : "Random";
        var xdp = acceleration?.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal) switch { "NATIVE" => ", XDP", "BESTEFFORT" => ", XDP where possible", "GENERIC" => ", generic XDP", _ => "" };
        return $"{how} [{choice}{xdp}]";
    }

    private static string Bandwidth(bool enabled, bool bbr) => enabled ? bbr ? "Enabled [BBR]" : Enabled : Disabled;

    private static string OnOff(bool on) => on ? Enabled : Disabled;

    private static string? Text(IReadOnlyDictionary<string, string> config, string key) => config.GetValueOrDefault(key);

    private static bool IsTrue(IReadOnlyDictionary<string, string> config, string key) => Text(config, key) == "true";
}
