using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>Answers who reaches whom, now.</summary>
internal sealed class Datapath(World world, Kubelet kubelet)
{
    /// <summary>All pairs of running pods and nodes, and from each the address of the service kubernetes.</summary>
    public IReadOnlyList<Connection> Matrix()
    {
        var stations = world.Hosts.All.SelectMany(host => Station.On(kubelet, host)).ToList();
        var matrix = new List<Connection>();
        foreach (var from in stations.SelectMany(Single))
        {
            foreach (var to in stations.SelectMany(Single).Where(to => to.Name != from.Name))
            {
                var verdict = from.Connect(to, world.Hosts.All.Count);
                matrix.Add(new Connection(from.Name, to.Name, verdict.Reach, verdict.Why));
            }

            var translates = ServiceView.Translates(from.Host);
            matrix.Add(new Connection(from.Name, ServiceView.Kubernetes, translates.Reach, translates.Why));
        }

        return matrix;
    }

    public IReadOnlyList<PodAddress> PodsOn(string node) =>
        world.Hosts.Find(node) is { } host ? [.. Station.On(kubelet, host).SelectMany(station => station.Pods)] : [];

    /// <summary>One connection, as a process in the network namespace of a pod or of the node would try it.</summary>
    /// <param name="source">Address of a pod of the node; null for the node itself.</param>
    /// <param name="target">Address of a pod, a node or a service.</param>
    public Verdict Try(string node, string? source, string target) => Try(node, source, target, Singles());

    public IReadOnlyList<Verdict> Try(string node, string? source, IEnumerable<string> targets)
    {
        var stations = Singles();
        return [.. targets.Select(target => Try(node, source, target, stations))];
    }

    private Verdict Try(string node, string? source, string target, List<Station> stations)
    {
        var from = stations.Find(station => station.Host.Name == node && (source is null ? station.Side == Side.Host : station.Pods.Any(pod => pod.IPs.Contains(source))));
        if (from is null)
        {
            return Verdict.Lost($"{node} has no pod with the address {source}");
        }

        if (stations.Find(station => station.Side == Side.Host ? station.Host.InternalIP == target : station.Pods.Any(pod => pod.IPs.Contains(target))) is { } to)
        {
            return from.Connect(to, world.Hosts.All.Count);
        }

        var services = world.Store.List("services");
        return services.FirstOrDefault(service => service.Str("spec", "clusterIP") == target) is { } found
            ? ToService(from, found, stations)
            : Verdict.Lost($"nobody has the address {target}");
    }

    private Verdict ToService(Station from, System.Text.Json.Nodes.JsonObject service, List<Station> stations)
    {
        var verdict = ServiceView.Translates(from.Host);
        if (verdict.Reach == Reach.Lost || service.Obj("spec", "selector") is not { Count: > 0 } selector)
        {
            return verdict;
        }

        var names = world.View.Pods
            .Where(pod => pod.Namespace() == service.Namespace() && !pod.IsDeleting() && Controllers.PodTemplates.IsReady(pod) && selector.All(pair => pod.Label(pair.Key) == pair.Value.AsString()))
            .Select(Station.NameOf).ToHashSet(StringComparer.Ordinal);
        var backends = stations.Where(station => station.Pods.Any(pod => names.Contains(pod.Name))).ToList();
        return backends.Count == 0
            ? Verdict.Lost("connection refused: the service has no endpoints")
            : backends.Aggregate(verdict, (worst, backend) => worst.And(from.Name == backend.Name ? Verdict.Reached : from.Connect(backend, world.Hosts.All.Count)));
    }

    private List<Station> Singles() => [.. world.Hosts.All.SelectMany(host => Station.On(kubelet, host)).SelectMany(Single)];

    private static IEnumerable<Station> Single(Station station) =>
        station.Pods.Count == 0 ? [station] : station.Pods.Select(pod => station with { Pods = [pod] });
}
