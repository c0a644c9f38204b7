using System.Net;
using System.Text.Json.Nodes;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Routes, by their shape: where they go, by way of whom, and who the kernel says made them.</summary>
public sealed class RouteHandler : ITraceHandler
{
    /// <summary>No node is reached as a neighbour over one of these: a route by way of it is a VPN's.</summary>
    private static readonly string[] PointToPoint = ["tun", "wireguard", "ppp", "ipip", "gre", "sit", "ip6tnl", "xfrm", "vti"];

    public TraceKind Kind => TraceKind.Route;

    public Type TaskType => typeof(RemoveRoutesTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var links = (await node.LinksAsync(cancellationToken)).ToDictionary(link => link.Name, StringComparer.Ordinal);
        var routes = await node.RoutesAsync(cancellationToken);
        return [.. routes.Where(route => Fits(route, query, links)).Select(route => new RouteTrace(route) { Entry = query.Entry, Where = route.ToString() })];
    }

    public Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var route = ((RouteTrace)trace).Route;
        return Task.FromResult<IReadOnlyList<BackupItem>>([new RouteItem(route.Family, (JsonObject)route.Json.DeepClone()) { Entry = trace.Entry.Id }]);
    }

    public Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken) =>
        node.Host.Network.DeleteRoutesAsync([.. traces.Cast<RouteTrace>().Select(trace => trace.Route)], cancellationToken);

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new RemoveRoutesTask { Id = id, Entry = entry.Id };

    private static bool Fits(HostRoute route, TraceQuery query, Dictionary<string, HostLink> links)
    {
        if (query.Entry.RouteShape == RouteShape.InTable)
        {
            return query.Entry.Tables.Contains(route.Table);
        }

        // Of the other shapes, never the default route.
        if (route.Destination is not { } destination || destination.PrefixLength == 0)
        {
            return false;
        }

        var scope = query.Scope;
        var link = route.Device is { } device ? links.GetValueOrDefault(device) : null;
        return query.Entry.RouteShape switch
        {
            RouteShape.ViaDevice => route.Type == "unicast" && route.Device is { } via && query.Wants(via) && route.Protocol != "kernel",
            RouteShape.Blackhole => route is { Type: "blackhole", Table: "main" } && (scope.Networks.Contains(destination) || scope.Subnets.Contains(destination)),
            RouteShape.KernelGateway => route is { Type: "unicast", Table: "main", Protocol: "kernel" } && IsByNeighbour(route, link),
            RouteShape.HostGateway => route is { Type: "unicast", Table: "main", Protocol: "boot" } && IsByNeighbour(route, link)
                && IsPodNetwork(destination, route.Gateway!, scope) && IsNodeSized(destination, scope),
            _ => false,
        };
    }

    /// <summary>By way of an address that is on the device's own network, over a device that has neighbours at all.</summary>
    private static bool IsByNeighbour(HostRoute route, HostLink? link) =>
        route.Gateway is { } gateway
        && link is not null
        && !PointToPoint.Contains(link.Kind)
        && !link.Name.StartsWith("cilium_", StringComparison.Ordinal)
        && (gateway.IsIPv6LinkLocal || link.Addresses.Select(LinkJson.Network).Any(network => network is { } own && own.Contains(gateway)));

    /// <summary>In a pod network; and no pod network has a node's own address in it, however wide someone said that it is.</summary>
    private static bool IsPodNetwork(IPNetwork destination, IPAddress gateway, TraceScope scope) =>
        scope.Networks.Any(network => TraceScope.Contains(network, destination) && !network.Contains(gateway));

    /// <summary>Flannel gives every node a network of the same size; a route of another size isn't one of its own.</summary>
    private static bool IsNodeSized(IPNetwork destination, TraceScope scope)
    {
        var own = scope.Subnets.Where(subnet => subnet.BaseAddress.AddressFamily == destination.BaseAddress.AddressFamily).ToList();
        return own.Count == 0 || own.Exists(subnet => subnet.PrefixLength == destination.PrefixLength && subnet != destination);
    }
}
