using System.Globalization;
using System.Net;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Tasks;

namespace NetProfile.NodeAgent.Inspection;

/// <summary>What the node is like. Reads only, but for the question to its neighbours. What can't be read is absent, never guessed.</summary>
public sealed class NodeInspector(IHostFacade host, IEndpointProbe probe, TimeProvider clock)
{
    private const int MaxLinks = 100;
    private const int MaxForeign = 100;
    private const int MaxEndpoints = 20;

    /// <summary>What Cilium with everything on listens on (facts for 1.13 to 1.20).</summary>
    private static readonly string[] UsualPorts =
    [
        "udp/8472", "udp/6081", "udp/51871", "tcp/4240", "tcp/4244", "tcp/4250", "tcp/9234", "tcp/9878", "tcp/9879", "tcp/9890", "tcp/9891", "tcp/9893",
        "tcp/9901", "tcp/9962", "tcp/9963", "tcp/9964", "tcp/9965",
    ];

    public async Task<NodeFacts> InspectAsync(InspectionRequest? request, NodeView node, CancellationToken cancellationToken)
    {
        var links = await node.LinksAsync(cancellationToken);
        var routes = await node.RoutesAsync(cancellationToken);
        var mounts = host.Files.Mounts();
        return new NodeFacts
        {
            Kernel = KernelInspector.Read(host.Files),
            Distribution = PlatformInspector.Distribution(host.Files),
            OperatingSystem = PlatformInspector.OperatingSystem(host.Files),
            BpfMount = mounts.FirstOrDefault(mount => mount.Type == "bpf")?.Path ?? "",
            CgroupV2Mount = mounts.FirstOrDefault(mount => mount.Type == "cgroup2")?.Path ?? "",
            Links = [.. links.Where(link => !IsPodLink(link)).Take(MaxLinks).Select(Describe)],
            DefaultRouteDevice = DefaultDevice(routes, AddressFamily.IPv4),
            DefaultRouteDeviceV6 = DefaultDevice(routes, AddressFamily.IPv6),
            ForeignRoutes = Foreign(routes, await node.PolicyRulesAsync(cancellationToken)),
            Peers = request?.Peers is { Count: > 0 } peers ? await MeasureAsync(await new PeerInspector(host.Network, clock).LookAsync(peers, cancellationToken), links, cancellationToken) : null,
            IptablesMode = Mode(await node.XtablesAsync(cancellationToken)),
            Ports = await PortsAsync(request?.Ports ?? UsualPorts, links, cancellationToken),
            CniConfigs = PlatformInspector.CniConfigs(host.Files),
            CniBinaries = PlatformInspector.CniBinaries(host.Files),
            ApiServerEndpoints = request?.ApiServerEndpoints is { Count: > 0 } endpoints
                ? await Task.WhenAll(endpoints.Take(MaxEndpoints).Select(endpoint => probe.ProbeAsync(endpoint, cancellationToken)))
                : null,
            RuntimeDirectories = PlatformInspector.RuntimeDirectories(host.Files),
        };
    }

    /// <summary>All at once: most of the time is spent waiting for those that don't answer.</summary>
    private async Task<IReadOnlyList<PeerFacts>> MeasureAsync(IReadOnlyList<PeerFacts> peers, IReadOnlyList<HostLink> links, CancellationToken cancellationToken) =>
        await Task.WhenAll(peers.Select(async peer =>
        {
            if (links.FirstOrDefault(link => link.Name == peer.Device) is not { Mtu: > 0 } link || !IPAddress.TryParse(peer.Address, out var address))
            {
                return peer;
            }

            var path = await host.Network.MeasurePathMtuAsync(address, link.Mtu, cancellationToken);
            return peer with { PathMtu = path.Mtu, Message = peer.Message ?? path.Message };
        }));

    private static bool IsPodLink(HostLink link) =>
        link is { Kind: "veth" or "netkit", PeerNamespace: not null } && (link.Master is not null || link.Name.StartsWith("lxc", StringComparison.Ordinal)
            || link.Name.StartsWith("cali", StringComparison.Ordinal) || link.Name.StartsWith("veth", StringComparison.Ordinal));

    private static LinkFacts Describe(HostLink link) => new()
    {
        Name = link.Name,
        Kind = link.Kind,
        Mtu = link.Mtu,
        Addresses = link.Addresses,
        Master = link.Master,
        Up = link.Up,
        Vni = link.Vni,
        Port = link.Port,
    };

    private static string? DefaultDevice(IReadOnlyList<HostRoute> routes, AddressFamily family) =>
        routes.Where(route => route.Family == family && route is { Type: "unicast", Table: "main" } && (route.Destination is null || route.Destination.Value.PrefixLength == 0))
            .OrderBy(route => LinkJson.Number(route.Json["metric"]) ?? 0).FirstOrDefault()?.Device;

    private static List<string> Foreign(IReadOnlyList<HostRoute> routes, IReadOnlyList<HostPolicyRule> rules)
    {
        var foreign = routes
            .Where(route => route.Destination is not null && route.Protocol is not ("kernel" or "ra" or "dhcp") && route.Type is not ("local" or "broadcast" or "multicast" or "anycast"))
            .Select(Text);
        var policy = rules.Where(rule => rule.Table is not ("local" or "main" or "default")).Select(rule => "rule " + string.Join(' ', RouteText.Words(rule)));
        return [.. foreign.Concat(policy).Take(MaxForeign)];

        static string Text(HostRoute route) => route.Json["nexthops"] is null ? route.ToString() : $"{route.Destination} by several next hops";
    }

    private static string Mode(IReadOnlyList<XtablesDump> dumps)
    {
        bool Holds(XtablesBackend backend) => dumps.Any(dump => dump.Backend == backend && dump.Tables.Any(table => table.Incompatible || table.Rules.Count > 0 || table.Chains.Any(chain => chain.Policy is null)));
        return (Holds(XtablesBackend.Legacy), Holds(XtablesBackend.Nft)) switch
        {
            (true, true) => "both",
            (true, false) => "legacy",
            (false, true) => "nft",
            _ => "none",
        };
    }

    private async Task<IReadOnlyList<PortFacts>> PortsAsync(IReadOnlyList<string> ports, IReadOnlyList<HostLink> links, CancellationToken cancellationToken)
    {
        var listeners = await host.Network.GetListenersAsync(cancellationToken);
        var devices = links.Where(link => link is { Port: > 0, Up: true }).GroupBy(link => "udp/" + link.Port!.Value.ToString(CultureInfo.InvariantCulture))
            .ToDictionary(group => group.Key, group => $"{group.First().Name} ({group.First().Kind})", StringComparer.Ordinal);
        return [.. ports.Distinct(StringComparer.Ordinal).Select(port => new PortFacts
        {
            Port = port,
            Holder = devices.GetValueOrDefault(port) ?? listeners.GetValueOrDefault(port) ?? "",
        })];
    }
}
