using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>kube-flannel on one node.</summary>
internal sealed class FlannelWorkload(World world) : IWorkload
{
    // More peers would say nothing more, and the tables of a large cluster would be quadratic.
    public const int PeersWithRoutes = 50;

    public bool Plays(JsonObject pod) => pod.Label("app") == "flannel";

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        if (container.StartsWith("install", StringComparison.Ordinal))
        {
            if (container == "install-cni")
            {
                FlannelTraces.CopyFiles(pod.Host);
                world.Touch(pod.Host);
            }

            return ContainerOutcome.Completes(world.Timings.InitContainer);
        }

        Install(pod);
        world.Store.Modify("nodes", null, pod.Host.Name, node => FlannelTraces.Annotate(node, pod.Host));
        var stamp = PodStatus.Stamp(now);
        world.Store.ModifyStatus("nodes", null, pod.Host.Name, node =>
            NodeObjects.SetCondition(node, "NetworkUnavailable", "False", "FlannelIsUp", "Flannel is running on this node", stamp));
        return ContainerOutcome.Serves(world.Timings.ContainerReady);
    }

    /// <summary>flanneld watches its device and its rules.</summary>
    public void HostTouched(PodContext pod)
    {
        if (!pod.Host.Links.ContainsKey("flannel.1") || !pod.Host.HasChain("FLANNEL-"))
        {
            Install(pod);
        }
    }

    private void Install(PodContext pod)
    {
        FlannelTraces.Install(pod.Host, world.Hosts.All.Count > PeersWithRoutes ? [] : world.Hosts.All);
        world.Touch(pod.Host);
    }
}
