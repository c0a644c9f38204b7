using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>kube-flannel, or canal, on one node.</summary>
internal sealed class FlannelWorkload(World world) : IWorkload
{
    private readonly HashSet<string> running = new(StringComparer.Ordinal);

    public bool Plays(JsonObject pod) => pod.Arr("spec", "containers").Objects().Any(container => container.Str("name") == "kube-flannel");

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        if (container.StartsWith("install", StringComparison.Ordinal))
        {
            if (container == "install-cni")
            {
                FlannelTraces.CopyFiles(pod.Host, FlannelSettings.Of(world.Store, pod.Pod));
                world.Touch(pod.Host);
            }

            return ContainerOutcome.Completes(world.Timings.InitContainer);
        }

        if (container == "kube-flannel")
        {
            running.Add(pod.Host.Name);
            var settings = FlannelSettings.Of(world.Store, pod.Pod);
            Bring(world, pod.Host, settings, now);
            Welcome(world, pod.Host, settings, running.Select(world.Hosts.Find).OfType<SimulatedHost>());
        }

        return ContainerOutcome.Serves(world.Timings.ContainerReady);
    }

    public void Stopped(PodContext pod, DateTimeOffset now) => running.Remove(pod.Host.Name);

    /// <summary>flanneld watches its device and its rules.</summary>
    public void HostTouched(PodContext pod)
    {
        var settings = FlannelSettings.Of(world.Store, pod.Pod);
        if (!FlannelTraces.AreThere(pod.Host, settings))
        {
            Install(world, pod.Host, settings);
        }
    }

    /// <summary>flanneld starts: its traces on the host, its annotations and its condition on the node.</summary>
    public static void Bring(World world, SimulatedHost host, FlannelSettings settings, DateTimeOffset now)
    {
        Install(world, host, settings);
        world.Store.Modify("nodes", null, host.Name, node => FlannelTraces.Annotate(node, host, settings));
        var stamp = PodStatus.Stamp(now);
        world.Store.ModifyStatus("nodes", null, host.Name, node =>
            NodeObjects.SetCondition(node, "NetworkUnavailable", "False", "FlannelIsUp", "Flannel is running on this node", stamp));
    }

    /// <summary>Each flanneld that runs learns of a node that joins.</summary>
    public static void Welcome(World world, SimulatedHost host, FlannelSettings settings, IEnumerable<SimulatedHost> running)
    {
        if (world.Hosts.All.Count <= PacketPath.PeersWithRoutes)
        {
            foreach (var peer in running.Where(peer => peer != host))
            {
                FlannelTraces.AddRoute(peer, host, settings);
                world.Touch(peer);
            }
        }
    }

    private static void Install(World world, SimulatedHost host, FlannelSettings settings)
    {
        FlannelTraces.Install(host, settings, world.Hosts.All.Count > PacketPath.PeersWithRoutes ? [] : world.Hosts.All);
        world.Touch(host);
    }
}
