using NetProfile.Crds.NodeNetworks;

namespace NetProfile.NetworkProfiles.Preflight;

/// <summary>
/// What the preflight reads of a node's facts, which is what a cache keeps of them: mostly the exceptions, so that the nodes of a large
/// and healthy cluster cost next to nothing.
/// </summary>
internal static class SlimFacts
{
    public static NodeFacts Of(NodeFacts facts)
    {
        var devices = (facts.Links ?? []).Where(link => link.Name is { } name && (name == facts.DefaultRouteDevice || name == facts.DefaultRouteDeviceV6)).ToList();
        var mtu = devices.Count == 0 ? 0 : devices.Min(link => link.Mtu ?? 0);
        return new NodeFacts
        {
            Kernel = facts.Kernel?.Options?.Where(option => option.Value == KernelOption.No).ToDictionary() is { Count: > 0 } missing ? new KernelFacts { Options = missing, ConfigSource = facts.Kernel.ConfigSource } : null,
            DefaultRouteDevice = facts.DefaultRouteDevice,
            DefaultRouteDeviceV6 = facts.DefaultRouteDeviceV6,
            Links = Some([.. devices, .. (facts.Links ?? []).Where(link => link.Name?.StartsWith("cilium_", StringComparison.Ordinal) ?? false)]),
            Peers = Some((facts.Peers ?? []).Where(peer => peer.SameL2 == false || peer.PathMtu < mtu)),
            Ports = Some((facts.Ports ?? []).Where(port => port.Holder is { Length: > 0 })),
            ApiServerEndpoints = Some((facts.ApiServerEndpoints ?? []).Where(endpoint => endpoint.Reachable == false)),
        };
    }

    private static List<T>? Some<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } some ? some : null;
}
