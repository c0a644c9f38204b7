using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Controllers;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Actors.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.SimulatedCluster.Actors.Datapath;

/// <summary>
/// Service addresses as each node translates them: by Cilium's programs, or by the rules of kube-proxy. Both go on working when
/// the process that wrote them is gone, and lead to the pods of that time.
/// </summary>
internal sealed class ServiceView(World world, Kubelet kubelet)
{
    public const string Kubernetes = "service kubernetes";
    public const string Dns = "service kube-dns";
    private readonly Dictionary<string, IReadOnlyList<string>> backends = [];

    /// <summary>Ready pods of the cluster's DNS.</summary>
    public IReadOnlyList<string> ReadyDns() =>
    [
        .. world.View.Pods
            .Where(pod => pod.Label("k8s-app") == "kube-dns" && PodTemplates.IsReady(pod) && !pod.IsDeleting())
            .Select(Station.NameOf).Order(StringComparer.Ordinal),
    ];

    /// <summary>Nodes on which somebody keeps the translation up to date learn what there is now.</summary>
    public void Refresh(SimulatedHost host, IReadOnlyList<string> ready)
    {
        if (ready.Count > 0 && (!backends.ContainsKey(host.Name) || IsKept(host)))
        {
            backends[host.Name] = ready;
        }
    }

    public static Verdict Translates(SimulatedHost host) =>
        host.Cilium is { ReplacesKubeProxy: true } || host.HasServiceRules
            ? Verdict.Reached
            : Verdict.Lost($"nothing on {host.Name} translates service addresses");

    /// <summary>The pods that this node sends queries to; some may be gone.</summary>
    public IReadOnlyList<string> DnsOf(SimulatedHost host) => backends.GetValueOrDefault(host.Name) ?? [];

    /// <summary>kube-proxy runs here, or an agent that replaces it.</summary>
    private bool IsKept(SimulatedHost host) => host.EmbeddedKubeProxy || kubelet.RunsOn(host.Name).Any(found =>
        found.Run.Main.Any(container => container.Phase == ContainerPhase.Running)
        && (found.Pod.Label("k8s-app") == "kube-proxy" || (host.Cilium is { ReplacesKubeProxy: true } && found.Pod.Label("k8s-app") == "cilium")));
}
