using System.Globalization;
using System.Text.Json.Nodes;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Backups;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.NodeAgent.Host;

namespace NetProfile.NodeAgent.Tasks;

/// <summary>Network links: the name must fit, the kernel's kind must fit, and nobody may use them any more.</summary>
public sealed class LinkHandler : ITraceHandler
{
    private static readonly string[] StackedKinds = ["vlan", "macvlan", "macvtap", "ipvlan", "vxlan", "geneve", "ipip", "gre", "sit"];

    public TraceKind Kind => TraceKind.Link;

    public Type TaskType => typeof(DeleteLinksTask);

    public async Task<IReadOnlyList<Trace>> FindAsync(TraceQuery query, NodeView node, CancellationToken cancellationToken)
    {
        var links = await node.LinksAsync(cancellationToken);
        return [.. links.Where(link => query.Wants(link.Name)).Select(link => Judge(link, links, query, node))];
    }

    public async Task<IReadOnlyList<BackupItem>> DescribeAsync(Trace trace, NodeView node, IBackupBlobs blobs, CancellationToken cancellationToken)
    {
        var (link, ports) = (LinkTrace)trace;
        var items = new List<BackupItem>();
        items.AddRange(ports.Select(port => new NoteItem("link " + port.Name, $"the end of a pod on {link.Name}; it comes back with its pod") { Entry = trace.Entry.Id }));
        var state = await node.Host.Network.GetLinkStateAsync(link, cancellationToken);
        items.Add(new LinkItem(
            link.Name,
            link.Kind,
            (JsonObject)link.Json.DeepClone(),
            [.. state.Routes.Where(route => route.Protocol != "kernel").Select(route => new RouteItem(route.Family, (JsonObject)route.Json.DeepClone()) { Entry = trace.Entry.Id })],
            state.Forwarding,
            state.Neighbours)
        { Entry = trace.Entry.Id });
        return items;
    }

    public async Task RemoveAsync(IReadOnlyList<Trace> traces, NodeView node, CancellationToken cancellationToken)
    {
        foreach (var trace in traces.Cast<LinkTrace>())
        {
            await node.Host.Network.DeleteLinksAsync([.. trace.Ports.Select(port => port.Name), trace.Link.Name], cancellationToken);
        }
    }

    public NodeTask CreateTask(CatalogueEntry entry, string id) => new DeleteLinksTask { Id = id, Entry = entry.Id };

    private static LinkTrace Judge(HostLink link, IReadOnlyList<HostLink> links, TraceQuery query, NodeView node)
    {
        var entry = query.Entry;
        LinkTrace Trace(TraceState state, string? detail, IReadOnlyList<HostLink>? ports = null) =>
            new(link, ports ?? []) { Entry = entry, Where = link.Name, State = state, Detail = detail };

        if (NotProven(link, entry, query.Scope) is { } doubt)
        {
            return Trace(TraceState.NotProven, doubt);
        }

        if (links.FirstOrDefault(other => StackedKinds.Contains(other.Kind) && LinkJson.Text(other.Json["linkinfo"]?["info_data"]?["link"]) == link.Name
            || StackedKinds.Contains(other.Kind) && LinkJson.Text(other.Json["link"]) == link.Name) is { } upper)
        {
            return Trace(TraceState.InUse, $"{upper.Name} sits on it: remove that (ip link del {upper.Name}), or end what uses it");
        }

        if (entry.PodLink && !query.EvenIfInUse && IsPodAlive(link, node))
        {
            return Trace(TraceState.InUse, $"{PodsByLink.Describe(link, node.PodsByLink)} is in use: {PodsByLink.Advice([link], node.PodsByLink)}");
        }

        var ports = entry.WithPorts ? links.Where(port => port.Master == link.Name).ToList() : [];
        if (ports.Find(port => port.Kind != "veth") is { } foreign)
        {
            return Trace(TraceState.InUse, $"{foreign.Name}, which is no pod's, is a port of it: take it off (ip link set {foreign.Name} nomaster), or end what uses it");
        }

        var alive = query.EvenIfInUse ? [] : ports.Where(port => IsPodAlive(port, node)).ToList();
        return alive.Count > 0
            ? Trace(TraceState.InUse, $"{alive.Count} of its {ports.Count} ports belong to living pods ({string.Join(", ", alive.Take(3).Select(port => PodsByLink.Describe(port, node.PodsByLink)))}{(alive.Count > 3 ? ", …" : "")}): {PodsByLink.Advice(alive, node.PodsByLink)}")
            : Trace(TraceState.Removable, ports.Count > 0 ? $"with {ports.Count} ports" : null, ports);
    }

    private static string? NotProven(HostLink link, CatalogueEntry entry, TraceScope scope)
    {
        if (!entry.LinkKinds.Contains(link.Kind))
        {
            return $"it is {(link.Kind.Length == 0 ? "a physical device" : "a " + link.Kind)}, not {string.Join(" or ", entry.LinkKinds)}";
        }

        if (entry.VniInName && link.Name[(link.Name.LastIndexOf('.') + 1)..] != link.Vni?.ToString(CultureInfo.InvariantCulture))
        {
            return $"its VNI is {link.Vni}, which its name doesn't say";
        }

        if (entry.WithPorts && scope.Networks.Count > 0)
        {
            var networks = link.Addresses.Where(address => !address.StartsWith("fe80", StringComparison.Ordinal)).Select(LinkJson.Network).Where(n => n is not null).ToList();
            if (networks.Count > 0 && !networks.Exists(network => scope.Covers(network!.Value)))
            {
                return $"its address {link.Addresses[0]} isn't of {entry.Owner}'s network {string.Join(", ", scope.Networks)}";
            }
        }

        return null;
    }

    /// <summary>A pod lives when a process is in its network namespace; where that can't be told, when its end is up.</summary>
    private static bool IsPodAlive(HostLink port, NodeView node) =>
        port.PeerNamespace is { } space && (node.Host.Processes.HasProcesses(space) ?? port.LowerUp);
}
