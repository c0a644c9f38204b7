using System.Collections.Frozen;
using NetProfile.Crds.NetworkProfiles;

namespace NetProfile.Cilium.Values;

/// <summary>
/// The Helm keys that typed fields decide. A raw value for one of them is refused rather than merged: two places that decide one
/// thing are how a cluster ends up in another mode than its profile says.
/// </summary>
internal static class OwnedKeys
{
    private const string Mode = "spec.routing.mode";
    private const string Endpoints = "spec.kubeProxyReplacement.apiServerEndpoints";
    private const string Operator = "the operator";

    private static readonly FrozenDictionary<string, string> Owners = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tunnel"] = Mode,
        ["routingMode"] = Mode,
        ["tunnelProtocol"] = "spec.routing.tunnelProtocol",
        ["tunnelPort"] = "spec.routing.tunnelPort",
        ["autoDirectNodeRoutes"] = "spec.routing.autoDirectNodeRoutes",
        ["directRoutingSkipUnreachable"] = "spec.routing.directRoutingSkipUnreachable",
        ["ipv4NativeRoutingCIDR"] = "spec.routing.ipv4NativeRoutingCIDR",
        ["ipv6NativeRoutingCIDR"] = "spec.routing.ipv6NativeRoutingCIDR",
        ["nativeRoutingCIDR"] = "spec.routing.ipv4NativeRoutingCIDR",
        ["nativeRoutingCIDRFromClusterPool"] = "spec.routing.ipv4NativeRoutingCIDR",
        ["MTU"] = "spec.routing.mtu",
        ["ipam.mode"] = "spec.ipam.mode",
        ["ipam.operator.clusterPoolIPv4PodCIDR"] = "spec.ipam.ipv4PodCIDRs",
        ["ipam.operator.clusterPoolIPv4PodCIDRList"] = "spec.ipam.ipv4PodCIDRs",
        ["ipam.operator.clusterPoolIPv4MaskSize"] = "spec.ipam.ipv4MaskSize",
        ["ipam.operator.clusterPoolIPv6PodCIDR"] = "spec.ipam.ipv6PodCIDRs",
        ["ipam.operator.clusterPoolIPv6PodCIDRList"] = "spec.ipam.ipv6PodCIDRs",
        ["ipam.operator.clusterPoolIPv6MaskSize"] = "spec.ipam.ipv6MaskSize",
        ["kubeProxyReplacement"] = "spec.kubeProxyReplacement.enabled",
        ["k8sServiceHost"] = Endpoints,
        ["k8sServicePort"] = Endpoints,
        ["k8sServiceHostRef"] = Endpoints,
        ["k8s.apiServerURLs"] = Endpoints,
        ["loadBalancer.mode"] = "spec.loadBalancer.mode",
        ["loadBalancer.algorithm"] = "spec.loadBalancer.algorithm",
        ["loadBalancer.acceleration"] = "spec.loadBalancer.acceleration",
        ["loadBalancer.dsrDispatch"] = "spec.loadBalancer.dsrDispatch",
        ["enableIPv4Masquerade"] = "spec.masquerading.ipv4",
        ["enableIPv6Masquerade"] = "spec.masquerading.ipv6",
        ["bpf.masquerade"] = "spec.masquerading.mode",
        ["bpf.hostLegacyRouting"] = "spec.hostRouting",
        ["bandwidthManager.enabled"] = "spec.bandwidthManager.enabled",
        ["bandwidthManager.bbr"] = "spec.bandwidthManager.bbr",
        ["enableIPv4BIGTCP"] = "spec.bigTCP.ipv4",
        ["enableIPv6BIGTCP"] = "spec.bigTCP.ipv6",
        ["encryption.enabled"] = "spec.encryption.type",
        ["encryption.type"] = "spec.encryption.type",
        ["encryption.nodeEncryption"] = "spec.encryption.nodeEncryption",
        ["bgpControlPlane.enabled"] = "spec.bgpControlPlane",
        ["sctp.enabled"] = "spec.sctp",
        ["hubble.enabled"] = "spec.hubble.enabled",
        ["hubble.relay.enabled"] = "spec.hubble.relay.enabled",
        ["hubble.relay.service.type"] = "spec.hubble.relay.serviceType",
        ["hubble.ui.enabled"] = "spec.hubble.ui.enabled",
        ["hubble.ui.service.type"] = "spec.hubble.ui.serviceType",
        ["hubble.metrics.enabled"] = "spec.hubble.metrics",
        ["operator.unmanagedPodWatcher.restart"] = "spec.unmanagedPods",
        ["updateStrategy.rollingUpdate.maxUnavailable"] = "spec.rollout.maxUnavailable",
        ["updateStrategy.type"] = "spec.rollout",
        ["namespaceOverride"] = "spec.cilium.namespace",
        ["rollOutCiliumPods"] = Operator,
        ["operator.rollOutPods"] = Operator,
        ["envoy.rollOutPods"] = Operator,
        ["hubble.relay.rollOutPods"] = Operator,
        ["hubble.ui.rollOutPods"] = Operator,
        ["upgradeCompatibility"] = Operator,
        ["preflight.enabled"] = Operator,
        ["agent"] = Operator,
        ["operator.enabled"] = Operator,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>extraConfig is written last into cilium-config, so a key here would win over the chart's own, quietly.</summary>
    private static readonly FrozenDictionary<string, string> ConfigOwners = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tunnel"] = Mode,
        ["routing-mode"] = Mode,
        ["tunnel-protocol"] = "spec.routing.tunnelProtocol",
        ["tunnel-port"] = "spec.routing.tunnelPort",
        ["auto-direct-node-routes"] = "spec.routing.autoDirectNodeRoutes",
        ["direct-routing-skip-unreachable"] = "spec.routing.directRoutingSkipUnreachable",
        ["ipv4-native-routing-cidr"] = "spec.routing.ipv4NativeRoutingCIDR",
        ["ipv6-native-routing-cidr"] = "spec.routing.ipv6NativeRoutingCIDR",
        ["mtu"] = "spec.routing.mtu",
        ["ipam"] = "spec.ipam.mode",
        ["enable-ipv4"] = "spec.ipam.ipv4PodCIDRs",
        ["enable-ipv6"] = "spec.ipam.ipv6PodCIDRs",
        ["cluster-pool-ipv4-cidr"] = "spec.ipam.ipv4PodCIDRs",
        ["cluster-pool-ipv4-mask-size"] = "spec.ipam.ipv4MaskSize",
        ["cluster-pool-ipv6-cidr"] = "spec.ipam.ipv6PodCIDRs",
        ["cluster-pool-ipv6-mask-size"] = "spec.ipam.ipv6MaskSize",
        ["kube-proxy-replacement"] = "spec.kubeProxyReplacement.enabled",
        ["k8s-api-server-urls"] = Endpoints,
        ["bpf-lb-mode"] = "spec.loadBalancer.mode",
        ["bpf-lb-algorithm"] = "spec.loadBalancer.algorithm",
        ["bpf-lb-acceleration"] = "spec.loadBalancer.acceleration",
        ["bpf-lb-dsr-dispatch"] = "spec.loadBalancer.dsrDispatch",
        ["enable-ipv4-masquerade"] = "spec.masquerading.ipv4",
        ["enable-ipv6-masquerade"] = "spec.masquerading.ipv6",
        ["enable-bpf-masquerade"] = "spec.masquerading.mode",
        ["enable-host-legacy-routing"] = "spec.hostRouting",
        ["enable-bandwidth-manager"] = "spec.bandwidthManager.enabled",
        ["enable-bbr"] = "spec.bandwidthManager.bbr",
        ["enable-ipv4-big-tcp"] = "spec.bigTCP.ipv4",
        ["enable-ipv6-big-tcp"] = "spec.bigTCP.ipv6",
        ["enable-wireguard"] = "spec.encryption.type",
        ["enable-ipsec"] = "spec.encryption.type",
        ["encrypt-node"] = "spec.encryption.nodeEncryption",
        ["enable-bgp-control-plane"] = "spec.bgpControlPlane",
        ["enable-sctp"] = "spec.sctp",
        ["enable-hubble"] = "spec.hubble.enabled",
        ["hubble-metrics"] = "spec.hubble.metrics",
        ["unmanaged-pod-watcher-interval"] = "spec.unmanagedPods",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All owned paths, for the test that no raw value can reach one.</summary>
    public static IEnumerable<string> All => Owners.Keys.Concat(ConfigOwners.Keys.Select(k => "extraConfig." + k));

    /// <summary>The typed field that decides <paramref name="path"/>; null when raw values may.</summary>
    public static string? OwnerOf(string path, EffectiveSpec spec) => path switch
    {
        // With Kubernetes IPAM the nodes decide the families, and the spec has no field for them.
        "ipv4.enabled" => spec.Ipam.Mode == IpamMode.ClusterPool ? "spec.ipam.ipv4PodCIDRs" : null,
        "ipv6.enabled" => spec.Ipam.Mode == IpamMode.ClusterPool ? "spec.ipam.ipv6PodCIDRs" : null,
        _ when path.StartsWith("extraConfig.", StringComparison.Ordinal) => ConfigOwners.GetValueOrDefault(path["extraConfig.".Length..]),
        _ => Owners.GetValueOrDefault(path),
    };

    /// <summary>Owned keys below <paramref name="path"/>: what a null or a plain value there would wipe out.</summary>
    public static string? OwnedBelow(string path, EffectiveSpec spec) =>
        Owners.Keys.Append("ipv4.enabled").Append("ipv6.enabled")
            .FirstOrDefault(k => k.StartsWith(path + ".", StringComparison.Ordinal) && OwnerOf(k, spec) is not null);

    /// <summary>The owned keys that <paramref name="map"/>, which stands at <paramref name="path"/>, really holds.</summary>
    public static IEnumerable<(string Path, string Owner)> OwnedIn(System.Text.Json.Nodes.JsonObject map, string path, EffectiveSpec spec) =>
        All.Where(key => key.StartsWith(path + ".", StringComparison.Ordinal) && map.Has(key[(path.Length + 1)..]))
            .Select(key => (key, OwnerOf(key, spec)!));
}
