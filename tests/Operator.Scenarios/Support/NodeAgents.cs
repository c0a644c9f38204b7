using NetProfile.Kubernetes.Client;
using NetProfile.Processes;
using NetProfile.SimulatedCluster.NodeAgents;

namespace NetProfile.Operator.Scenarios.Support;

internal static class NodeAgents
{
    public const string Objects = "nodenetworks.netprofile.io";

    /// <summary>The program in the pods of the agents' DaemonSet, on the simulated hosts.</summary>
    public static NodeAgentPods Start(ScenarioCluster cluster, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var configuration = ClientConfiguration.Load(new ClientConfigurationOptions { KubeConfig = cluster.Kubeconfig }, new ProcessRunner(clock), clock);
        return NodeAgentPods.Start(cluster.Living, new KubernetesClient(configuration, clock), clock);
    }
}
