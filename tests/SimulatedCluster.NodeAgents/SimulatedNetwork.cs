using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using Device = NetProfile.SimulatedCluster.Actors.Hosts.HostLink;
using TableEntry = NetProfile.SimulatedCluster.Actors.Hosts.HostRoute;

namespace NetProfile.SimulatedCluster.NodeAgents;

/// <summary>Links and routes of the host, in the words of <c>ip -d -j</c>.</summary>
internal sealed class SimulatedNetwork(HostAccess host) : IHostNetwork
{
    public Task<IReadOnlyList<HostLink>> GetLinksAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HostLink>>([.. host.Read(h => h.Links.Values.Select(Describe).ToList()).Select(LinkJson.Link)]);

    public async Task<LinkState> GetLinkStateAsync(HostLink link, CancellationToken cancellationToken) =>
        new(link, [.. (await GetRoutesAsync(cancellationToken)).Where(route => route.Device == link.Name)], [], []);

    public Task DeleteLinksAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        host.Change(h =>
        {
            foreach (var name in names)
            {
                h.RemoveLink(name);
            }
        });
        return Task.CompletedTask;
    }

    public Task CreateLinkAsync(LinkState state, CancellationToken cancellationToken)
    {
        var link = state.Link;
        host.Change(h => h.SetLink(new Device(link.Name, link.Kind) { Mtu = link.Mtu, Addresses = link.Addresses, Master = link.Master, TunnelPort = link.Port ?? 0, VxlanId = link.Vni ?? 0, Up = link.Up }));
        return AddRoutesAsync(state.Routes, cancellationToken);
    }

    public Task<IReadOnlyList<HostRoute>> GetRoutesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HostRoute>>([.. host.Read(h => h.Routes.Select(route => (Family: route.Destination.Contains(':', StringComparison.Ordinal) ? AddressFamily.IPv6 : AddressFamily.IPv4, Json: Describe(route))).ToList()).Select(route => LinkJson.Route(route.Family, route.Json))]);

    public Task DeleteRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken)
    {
        host.Change(h => h.Routes.RemoveAll(entry => routes.Any(route => route.Destination?.ToString() == entry.Destination && route.Device == entry.Device)));
        return Task.CompletedTask;
    }

    public Task AddRoutesAsync(IReadOnlyList<HostRoute> routes, CancellationToken cancellationToken)
    {
        host.Change(h =>
        {
            foreach (var route in routes)
            {
                h.SetRoute(new TableEntry(route.Destination?.ToString() ?? "default", route.Gateway?.ToString(), route.Device ?? "", route.Protocol));
            }
        });
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<HostPolicyRule>> GetPolicyRulesAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostPolicyRule>>([]);

    public Task DeletePolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AddPolicyRulesAsync(IReadOnlyList<HostPolicyRule> rules, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whoever is asked in the same segment answers at once.</summary>
    public Task<IReadOnlyList<HostNeighbour>> GetNeighboursAsync(CancellationToken cancellationToken)
    {
        var segment = host.Read(h => h.Segment);
        return Task.FromResult<IReadOnlyList<HostNeighbour>>([.. host.Others().Where(other => other.Segment == segment).Select(other => new HostNeighbour(other.InternalIP, "eth0", "02:00:00:00:00:01", ["REACHABLE"]))]);
    }

    /// <summary>Into another segment by the router.</summary>
    public Task<(string Device, IPAddress? Gateway)?> GetPathAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var segment = host.Read(h => h.Segment);
        var isBehindRouter = host.Others().Any(other => other.InternalIP == address.ToString() && other.Segment != segment);
        var gateway = isBehindRouter ? IPAddress.Parse("172.30.0.1") : null;
        return Task.FromResult<(string, IPAddress?)?>(("eth0", gateway));
    }

    /// <summary>The smallest of both ends' devices and of what the way itself takes.</summary>
    public Task<PathMtu> MeasurePathMtuAsync(IPAddress address, int linkMtu, CancellationToken cancellationToken)
    {
        var own = host.Read(h => h.PathMtu ?? int.MaxValue);
        var other = host.Others().Where(o => o.InternalIP == address.ToString()).Select(o => o.PathMtu).FirstOrDefault(int.MaxValue);
        return Task.FromResult(new PathMtu(Math.Min(linkMtu, Math.Min(own, other)), null));
    }

    public Task AskNeighbourAsync(IPAddress address, string device, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, string>> GetListenersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    private static JsonObject Describe(Device link)
    {
        var info = new JsonObject();
        if (link.Kind is not ("device" or "loopback"))
        {
            info["info_kind"] = link.Kind;
        }

        if (link.VxlanId > 0)
        {
            info["info_data"] = new JsonObject { ["id"] = link.VxlanId, ["port"] = link.TunnelPort };
        }

        var json = new JsonObject
        {
            ["ifname"] = link.Name,
            ["mtu"] = link.Mtu,
            ["flags"] = link.Up ? new JsonArray("UP", "LOWER_UP") : [],
            ["linkinfo"] = info,
            ["addr_info"] = new JsonArray([.. link.Addresses.Select(address => address.Split('/')).Select(parts => (JsonNode)new JsonObject
            {
                ["local"] = parts[0],
                ["prefixlen"] = int.Parse(parts[1], CultureInfo.InvariantCulture),
            })]),
        };
        if (link.Master is { } master)
        {
            json["master"] = master;
        }

        // The other end of a pod's pair is in the pod's own namespace.
        if (link is { Kind: "veth", Master: not null } || link.Name.StartsWith("cali", StringComparison.Ordinal))
        {
            json["link_netns"] = "cni-" + link.Name;
        }

        return json;
    }

    private static JsonObject Describe(TableEntry route)
    {
        var json = new JsonObject
        {
            ["dst"] = route.Destination,
            ["dev"] = route.Device,
            // Flannel names no protocol, which makes it boot; Cilium says kernel.
            ["protocol"] = route.Protocol switch { "flannel" => "boot", "cilium" => "kernel", var other => other },
        };
        if (route.Via is { } via)
        {
            json["gateway"] = via;
        }

        return json;
    }
}
