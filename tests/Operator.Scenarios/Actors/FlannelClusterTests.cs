using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Actors;

public sealed class FlannelClusterTests
{
    [Fact]
    public async Task Nodes_become_ready_when_flannel_runs()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithFlannel().WithKubeProxy().WithCoreDns());

        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds") && cluster.DaemonSetIsDone("kube-system", "kube-proxy")
            && cluster.Get("deployments.apps", "kube-system", "coredns").Long("status", "availableReplicas") == 2);

        var node = cluster.Get("nodes", "", "node2");
        Assert.Equal("True", Condition(node, "Ready").Str("status"));
        Assert.Equal("FlannelIsUp", Condition(node, "NetworkUnavailable").Str("reason"));
        Assert.Null(node.Arr("spec", "taints"));
        Assert.Equal("vxlan", node.Annotation("flannel.alpha.coreos.com/backend-type"));
        Assert.All(cluster.Pods("k8s-app=kube-dns"), pod => Assert.StartsWith("10.244.", pod.Str("status", "podIP"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flannel_leaves_everything_behind()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2).WithFlannel());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds"));

        cluster.Living.Store.Delete("namespaces", null, "kube-flannel");
        cluster.Until(() => cluster.Living.Store.Get("namespaces", null, "kube-flannel") is null);

        Assert.Empty(cluster.Pods("app=flannel"));
        Assert.True(cluster.Living.Host("node1", host => host.Links.ContainsKey("flannel.1") && host.HasChain("FLANNEL-FWD")));
        Assert.Equal("True", Condition(cluster.Get("nodes", "", "node1"), "Ready").Str("status"));
    }

    [Fact]
    public async Task A_node_without_cni_configuration_is_not_ready_and_tainted()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1).WithFlannel());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds"));

        cluster.Living.ChangeHost("node1", host => host.Files.Remove("/etc/cni/net.d/10-flannel.conflist"));
        cluster.Living.Step();

        var node = cluster.Get("nodes", "", "node1");
        Assert.Equal("False", Condition(node, "Ready").Str("status"));
        Assert.Contains(node.Arr("spec", "taints").Objects(), taint => taint.Str("key") == "node.kubernetes.io/not-ready");
    }

    private static JsonObject Condition(JsonObject value, string type) =>
        value.Arr("status", "conditions").Objects().Single(condition => condition.Str("type") == type);
}
