using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>kube-proxy on one node, in the mode of its ConfigMap; its rules stay when it is gone.</summary>
internal sealed class KubeProxyWorkload(World world) : IWorkload
{
    public bool Plays(JsonObject pod) => pod.Label("k8s-app") == "kube-proxy";

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        Sync(pod);
        return ContainerOutcome.Serves(world.Timings.ContainerReady);
    }

    public void HostTouched(PodContext pod)
    {
        if (!KubeProxyRules.AreThere(pod.Host, Mode(pod)))
        {
            Sync(pod);
        }
    }

    private void Sync(PodContext pod)
    {
        KubeProxyRules.Install(pod.Host, Mode(pod));
        world.Touch(pod.Host);
    }

    private string Mode(PodContext pod)
    {
        var config = world.Store.Get("configmaps", pod.Key.Namespace, "kube-proxy").Str("data", "config.conf") ?? "";
        return config.Contains("mode: ipvs", StringComparison.Ordinal) ? "ipvs" : config.Contains("mode: nftables", StringComparison.Ordinal) ? "nftables" : "iptables";
    }
}
