using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Workloads;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Flannel;

/// <summary>kube-proxy in iptables mode on one node; its rules stay when it is gone.</summary>
internal sealed class KubeProxyWorkload(World world) : IWorkload
{
    private static readonly (string Table, string Name, string? From)[] Chains =
    [
        ("nat", "KUBE-SERVICES", "PREROUTING"), ("nat", "KUBE-POSTROUTING", "POSTROUTING"), ("nat", "KUBE-NODEPORTS", null), ("nat", "KUBE-MARK-MASQ", null),
        ("nat", "KUBE-SVC-NPX46M4PTMTKRN6Y", null), ("nat", "KUBE-SEP-4D3DHJLVKQKPH2NN", null),
        ("filter", "KUBE-SERVICES", "INPUT"), ("filter", "KUBE-EXTERNAL-SERVICES", "INPUT"), ("filter", "KUBE-NODEPORTS", "INPUT"),
        ("filter", "KUBE-FORWARD", "FORWARD"), ("filter", "KUBE-PROXY-FIREWALL", "INPUT"), ("mangle", "KUBE-PROXY-CANARY", null),
    ];

    public bool Plays(JsonObject pod) => pod.Label("k8s-app") == "kube-proxy";

    public ContainerOutcome Start(PodContext pod, string container, DateTimeOffset now)
    {
        Sync(pod);
        return ContainerOutcome.Serves(world.Timings.ContainerReady);
    }

    public void HostTouched(PodContext pod)
    {
        if (!pod.Host.HasChain("KUBE-SERVICES"))
        {
            Sync(pod);
        }
    }

    private void Sync(PodContext pod)
    {
        foreach (var (table, name, from) in Chains)
        {
            pod.Host.AddChain(new HostChain("ipv4", table, name) { JumpFrom = from });
        }

        world.Touch(pod.Host);
    }
}
