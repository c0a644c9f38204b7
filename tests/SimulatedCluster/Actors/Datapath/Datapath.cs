using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>Answers who reaches whom, now.</summary>
internal sealed class Datapath(World world, Kubelet kubelet)
{
    private StationMap? map;
    private long mappedAt;

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
    public Verdict Try(string node, string? source, string target) => Try(node, source, [target])[0];

    public IReadOnlyList<Verdict> Try(string node, string? source, IReadOnlyList<string> targets)
    {
        var now = Now();
        var from = now.Find(node, source);
        return [.. targets.Select(target => from is null ? Verdict.Lost($"{node} has no pod with the address {source}") : Try(from, target, now))];
    }

    private Verdict Try(Station from, string target, StationMap now)
    {
        if (now.At(target) is { } to)
        {
            return from.Connect(to, world.Hosts.All.Count);
        }

        if (now.ServiceAt(target) is not { } backends)
        {
            return Verdict.Lost($"nobody has the address {target}");
        }

        var verdict = ServiceView.Translates(from.Host);
        return verdict.Reach == Reach.Lost || !backends.HasSelector ? verdict
            : backends.Stations.Count == 0 ? Verdict.Lost("connection refused: the service has no endpoints")
            : backends.Stations.Aggregate(verdict, (worst, backend) => worst.And(from.Name == backend.Name ? Verdict.Reached : from.Connect(backend, world.Hosts.All.Count)));
    }

    /// <summary>Hundreds of probes ask between two changes.</summary>
    private StationMap Now()
    {
        if (map is null || mappedAt != world.Generation)
        {
            (map, mappedAt) = (new StationMap(world, [.. world.Hosts.All.SelectMany(host => Station.On(kubelet, host)).SelectMany(Single)]), world.Generation);
        }

        return map;
    }

    private static IEnumerable<Station> Single(Station station) =>
        station.Pods.Count == 0 ? [station] : station.Pods.Select(pod => station with { Pods = [pod] });
}
