using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>
/// The node itself, or its running pods of one network: they share a fate, so that a cluster's matrix is one of stations,
/// not of pods. Pods that are being deleted don't count.
/// </summary>
internal sealed record Station(SimulatedHost Host, Side Side, IReadOnlyList<PodAddress> Pods)
{
    public string Key { get; } = $"{Host.Name}/{Side}";

    /// <summary>Whoever stands for it in a message.</summary>
    public string Name => Pods.Count > 0 ? Pods[0].Name : Host.Name;

    public static IEnumerable<Station> On(Kubelet kubelet, SimulatedHost host)
    {
        if (host.Knobs.Unreachable)
        {
            yield break;
        }

        yield return new Station(host, Side.Host, []);
        foreach (var group in kubelet.RunsOn(host.Name)
            .Where(found => found.Run is { HostNetwork: false, Network: not null, PodIP: not null } && found.Pod.Str("status", "phase") == "Running" && !found.Pod.IsDeleting())
            .GroupBy(found => found.Run.Network == "cilium" ? Side.Cilium : Side.Old))
        {
            yield return new Station(host, group.Key, [.. group.Select(found => new PodAddress(NameOf(found.Pod), found.Run.PodIPs))]);
        }
    }

    public static string NameOf(JsonObject pod) => pod.Namespace() + "/" + pod.Name();

    public Verdict Connect(Station to, int hosts)
    {
        foreach (var station in (Station[])[this, to])
        {
            if (station.Side == Side.Old && station.Pods.FirstOrDefault(pod => !PacketPath.IsAttached(station.Host, pod.IPs[0])) is { } loose)
            {
                return Verdict.Lost($"{loose.Name} no longer hangs on {station.Host.Name}");
            }
        }

        return PacketPath.Connect(Host, Side, to.Host, to.Side, hosts);
    }
}
