using System.Diagnostics;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Actors;

public sealed class LargeClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_thousand_nodes_start_within_seconds()
    {
        var watch = Stopwatch.StartNew();
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1000).WithKubeProxy().WithTimings(ActorTimings.Instant));
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "kube-proxy"));
        output.WriteLine($"nodes and kube-proxy: {watch.Elapsed}, {cluster.Living.Store.Revision - 1000} writes");

        await cluster.InstallAsync("1.19.6", "ipam.operator.clusterPoolIPv4MaskSize=26");
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "cilium"));

        output.WriteLine($"all: {watch.Elapsed}, {cluster.Living.Store.Revision - 1000} writes");
        Assert.Equal(1000, cluster.Get("daemonsets.apps", "kube-system", "cilium").Long("status", "numberReady"));
    }
}
