using NetProfile.Kubernetes.Client;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.NodeAgents;

namespace NetProfile.Operator.Scenarios.Support;

internal static class NodeAgents
{
    public const string Objects = "nodenetworks.netprofile.io";

    /// <summary>The program in the pods of the agents' DaemonSet, on the simulated hosts.</summary>
    public static NodeAgentPods Start(ScenarioCluster cluster, TimeProvider? clock = null, Func<IKubernetesClient, IKubernetesClient>? mortal = null)
    {
        clock ??= TimeProvider.System;
        cluster.HasNodeAgents = true;
        var configuration = ClientConfiguration.Load(new ClientConfigurationOptions { KubeConfig = cluster.Kubeconfig }, new ProcessRunner(clock), clock);

        // On real nodes each agent has a client of its own; here all of them share one.
        var nodes = cluster.Store.List("nodes").Count;
        IKubernetesClient client = new KubernetesClient(configuration with { QueriesPerSecond = configuration.QueriesPerSecond * nodes, Burst = configuration.Burst * nodes }, clock);
        return NodeAgentPods.Start(cluster.Living, mortal?.Invoke(client) ?? client, clock);
    }
}
