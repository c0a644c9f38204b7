using NetProfile.Kubernetes.Client;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.NodeAgents;

namespace NetProfile.Demo;

internal static class DemoAgents
{
    /// <summary>What the operator's DaemonSet would run: nobody pulls it here.</summary>
    public const string Image = "netprofile-operator:demo";

    /// <summary>The real agent in every pod of the operator's DaemonSet, on the simulated host of its node.</summary>
    public static NodeAgentPods Start(LivingCluster cluster, string kubeconfig, TimeProvider clock)
    {
        var configuration = ClientConfiguration.Load(new ClientConfigurationOptions { KubeConfig = kubeconfig }, new ProcessRunner(clock), clock);

        // On real nodes each agent has a client of its own; here all of them share one.
        var nodes = cluster.Store.List("nodes").Count;
        return NodeAgentPods.Start(cluster, new KubernetesClient(configuration with { QueriesPerSecond = configuration.QueriesPerSecond * nodes, Burst = configuration.Burst * nodes }, clock), clock);
    }
}
