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
    public async Task A_DaemonSet_counts_its_pods_until_they_are_gone()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2).WithFlannel());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds"));

        cluster.Living.Store.Modify("daemonsets.apps", "kube-flannel", "kube-flannel-ds", set => set["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["nowhere"] = "" });

        cluster.Until(() => cluster.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds").Long("status", "desiredNumberScheduled") == 0);
        Assert.Equal(2, cluster.Pods("app=flannel").Count);
        cluster.Until(() => cluster.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds").Long("status", "numberMisscheduled") == 0);
        Assert.Empty(cluster.Pods("app=flannel"));
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

    [Fact]
    public async Task Flannel_puts_its_device_back_while_it_runs()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1).WithFlannel());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds"));

        cluster.Living.ChangeHost("node1", host => host.RemoveLink("flannel.1"));
        cluster.Living.Step();

        Assert.True(cluster.Living.Host("node1", host => host.Links.ContainsKey("flannel.1")));
    }

    [Fact]
    public async Task Parked_kube_proxy_goes_and_comes_back()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "kube-proxy"));

        cluster.Living.Store.Modify("daemonsets.apps", "kube-system", "kube-proxy", set => set["spec"]!["template"]!["spec"]!["nodeSelector"]!["parked"] = "true");
        cluster.Until(() => cluster.Pods("k8s-app=kube-proxy").Count == 0);
        Assert.Equal(0, cluster.Get("daemonsets.apps", "kube-system", "kube-proxy").Long("status", "desiredNumberScheduled"));
        Assert.True(cluster.Living.Host("node1", host => host.HasChain("KUBE-SERVICES")));

        cluster.Living.Store.Modify("daemonsets.apps", "kube-system", "kube-proxy", set => ((JsonObject)set["spec"]!["template"]!["spec"]!["nodeSelector"]!).Remove("parked"));
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "kube-proxy"));
    }

    [Fact]
    public async Task An_image_that_can_not_be_pulled_on_one_node_waits_there()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2).WithKubeProxy()
            .WithHosts(host => host.Knobs.ImagePullFails = host.Name == "node2" ? "kube-proxy" : null));
        cluster.Pass(TimeSpan.FromMinutes(1));

        var waiting = Assert.Single(cluster.Pods("k8s-app=kube-proxy"), pod => pod.Str("status", "phase") == "Pending");
        Assert.Equal("node2", waiting.Str("spec", "nodeName"));
        Assert.Contains(waiting.Arr("status", "containerStatuses").Objects().Single().Str("state", "waiting", "reason"), (string[])["ErrImagePull", "ImagePullBackOff"]);

        cluster.Living.ChangeHost("node2", host => host.Knobs.ImagePullFails = null);
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "kube-proxy"));
    }

    [Fact]
    public async Task A_container_out_of_memory_restarts_with_growing_delays()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1).WithKubeProxy()
            .WithHosts(host => host.Knobs.Crash["kube-proxy"] = (137, "killed")));
        cluster.Until(() => Status().Long("restartCount") == 3);

        Assert.Equal("OOMKilled", Status().Str("lastState", "terminated", "reason"));
        JsonObject Status() => cluster.Pods("k8s-app=kube-proxy").Take(1).SingleOrDefault().Arr("status", "containerStatuses").Objects().FirstOrDefault() ?? [];
    }

    [Fact]
    public async Task A_namespace_that_goes_away_does_not_stop_the_controllers()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2).WithFlannel().WithKubeProxy());
        cluster.Until(() => cluster.DaemonSetIsDone("kube-flannel", "kube-flannel-ds"));
        cluster.Living.Store.Delete("namespaces", null, "kube-flannel");
        cluster.Living.AddNode("node3");

        cluster.Until(() => cluster.Living.Store.Get("namespaces", null, "kube-flannel") is null
            && cluster.Get("daemonsets.apps", "kube-system", "kube-proxy").Long("status", "numberReady") == 3);
    }

    private static JsonObject Condition(JsonObject value, string type) =>
        value.Arr("status", "conditions").Objects().Single(condition => condition.Str("type") == type);
}
