using NetProfile.SimulatedCluster.Actors.Controllers;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>Who has which address at one moment. What lies on the hosts is asked when a connection is tried.</summary>
internal sealed class StationMap
{
    private readonly World world;
    private readonly Dictionary<string, Station> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Node, string? Address), Station> bySource = [];
    private readonly Dictionary<string, Backends?> services = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Station> pods;

    /// <param name="world">Where services are.</param>
    /// <param name="stations">Nodes, and pods one by one.</param>
    public StationMap(World world, IReadOnlyList<Station> stations)
    {
        this.world = world;
        pods = [.. stations.Where(station => station.Side != Side.Host)];
        foreach (var station in stations)
        {
            foreach (var address in station.Side == Side.Host ? [station.Host.InternalIP] : station.Pods[0].IPs)
            {
                byAddress.TryAdd(address, station);
                bySource.TryAdd((station.Host.Name, station.Side == Side.Host ? null : address), station);
            }
        }
    }

    /// <summary>The stations of a service's ready pods.</summary>
    public sealed record Backends(bool HasSelector, IReadOnlyList<Station> Stations);

    /// <summary>A pod of the node by its address, or the node itself.</summary>
    public Station? Find(string node, string? address) => bySource.GetValueOrDefault((node, address));

    public Station? At(string address) => byAddress.GetValueOrDefault(address);

    /// <returns>null when no service has the address.</returns>
    public Backends? ServiceAt(string address)
    {
        if (!services.TryGetValue(address, out var backends))
        {
            services[address] = backends = Look(address);
        }

        return backends;
    }

    private Backends? Look(string address)
    {
        if (world.Store.List("services").FirstOrDefault(service => service.Str("spec", "clusterIP") == address) is not { } service)
        {
            return null;
        }

        if (service.Obj("spec", "selector") is not { Count: > 0 } selector)
        {
            return new Backends(false, []);
        }

        var names = world.View.Pods
            .Where(pod => pod.Namespace() == service.Namespace() && !pod.IsDeleting() && PodTemplates.IsReady(pod) && selector.All(pair => pod.Label(pair.Key) == pair.Value.AsString()))
            .Select(Station.NameOf).ToHashSet(StringComparer.Ordinal);
        return new Backends(true, [.. pods.Where(station => names.Contains(station.Pods[0].Name))]);
    }
}
