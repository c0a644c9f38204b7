using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Client;

namespace NetProfile.NetworkProfiles.Migration.NodeStates;

/// <summary>Brings a <see cref="NodeStatePlan"/> to the nodes' objects.</summary>
internal sealed class NodeStateWriter(IKubernetesClient client)
{
    private const int AtOnce = 16;

    public Task WriteAsync(IReadOnlyDictionary<string, NodeMigration> states, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(states, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (state, token) =>
        {
            try
            {
                await client.ApplyStatusAsync(
                    new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = state.Key }, Status = new NodeNetworkStatus { Migration = state.Value } },
                    new ApplyOptions { FieldManager = NetworkProfileNames.MigrationFieldManager, Force = true },
                    token);
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                // Its node has left.
            }
        });
}
