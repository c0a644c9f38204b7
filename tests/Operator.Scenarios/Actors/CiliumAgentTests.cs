using System.Text;
using System.Text.Json.Nodes;
using NetProfile.SimulatedCluster.Json;
using NetProfile.SimulatedCluster.Pods;

namespace NetProfile.Operator.Scenarios.Actors;

/// <summary>The simulated agents do what was measured with real ones.</summary>
public sealed class CiliumAgentTests
{
    [Theory]
    [InlineData("1.13.18", "cilium")]
    [InlineData("1.16.19", "cilium-dbg")]
    [InlineData("1.19.6", "cilium-dbg")]
    [InlineData("1.20.0", "cilium-dbg")]
    public async Task Installed_on_an_empty_cluster_everything_comes_up(string version, string cli)
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy().WithCoreDns());
        await cluster.InstallAsync(version);

        cluster.Until(() => Ready(cluster) && cluster.Get("deployments.apps", "kube-system", "coredns").Long("status", "availableReplicas") == 2);

        Assert.Equal(10, cluster.Living.Store.List("customresourcedefinitions.apiextensions.k8s.io").Count);
        Assert.Equal(3, cluster.Living.Store.List("ciliumnodes.cilium.io").Count);
        Assert.Equal(2, cluster.Living.Store.List("ciliumendpoints.cilium.io").Count);
        Assert.All(cluster.Pods("k8s-app=kube-dns"), pod => Assert.StartsWith("10.245.", pod.Str("status", "podIP"), StringComparison.Ordinal));
        var node = cluster.Get("nodes", "", "node3");
        Assert.Null(node.Arr("spec", "taints"));
        Assert.Contains(node.Arr("status", "conditions").Objects(), condition => condition.Str("reason") == "CiliumIsUp");
        var status = await StatusAsync(cluster, "node3", cli);
        Assert.Equal("Ok", status.Str("cilium", "state"));
        Assert.StartsWith(version, status.Str("cilium", "msg"), StringComparison.Ordinal);
        if (version is not "1.13.18")
        {
            Assert.Equal("Tunnel", status.Str("routing", "inter-host-routing-mode"));
        }
    }

    [Fact]
    public async Task Flannels_device_on_the_same_port_leaves_agents_ready_and_dead()
    {
        await using var cluster = await WithFlannelAsync();
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => Ready(cluster));

        var status = await StatusAsync(cluster, "node1");
        Assert.Equal("Ok", status.Str("cilium", "state"));
        Assert.Null(status.Obj("cluster", "ciliumHealth"));
        var endpoints = JsonNode.Parse((await ExecuteAsync(cluster, "node1", "cilium-dbg", "endpoint", "list", "-o", "json")).Output) as JsonArray;
        Assert.All(endpoints.Objects(), endpoint => Assert.Equal("regenerating", endpoint.Str("status", "state")));
        Assert.Contains("Degraded", (await ExecuteAsync(cluster, "node1", "cilium-dbg", "statedb", "health")).Output, StringComparison.Ordinal);
        Assert.False(cluster.Living.Host("node1", host => host.Links["cilium_vxlan"].Up));

        cluster.Living.Store.Delete("daemonsets.apps", "kube-flannel", "kube-flannel-ds");
        cluster.Until(() => cluster.Pods("app=flannel").Count == 0);
        cluster.Living.ChangeHost("node1", host => host.RemoveLink("flannel.1"));
        cluster.Living.Step();
        Assert.Equal("Ok", (await StatusAsync(cluster, "node1")).Str("cluster", "ciliumHealth", "state"));
    }

    [Fact]
    public async Task Another_port_lets_both_networks_work()
    {
        await using var cluster = await WithFlannelAsync();
        await cluster.InstallAsync("1.19.6", "tunnelPort=8473,operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => Ready(cluster));

        Assert.Equal("Ok", (await StatusAsync(cluster, "node1")).Str("cluster", "ciliumHealth", "state"));
        Assert.True(cluster.Living.Host("node1", host => host.Files.ContainsKey("/etc/cni/net.d/10-flannel.conflist.cilium_bak")));
        Assert.All(cluster.Pods("k8s-app=kube-dns"), pod => Assert.StartsWith("10.244.", pod.Str("status", "podIP"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("routingMode=native", "native routing cidr must be configured with option --ipv4-native-routing-cidr")]
    [InlineData("autoDirectNodeRoutes=true", "auto-direct-node-routes cannot be used with tunneling")]
    public async Task Values_that_only_the_agent_refuses_make_it_crash(string values, string fatal)
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy());
        await cluster.InstallAsync("1.19.6", values);

        cluster.Until(() => Agents(cluster).Any(pod => Container(pod).Long("restartCount") >= 2));

        var agent = Agents(cluster)[0];
        Assert.Equal(255, Container(agent).Long("lastState", "terminated", "exitCode"));
        Assert.DoesNotContain(fatal, Container(agent).Str("lastState", "terminated", "message"), StringComparison.Ordinal);
        var lines = new List<string>();
        await foreach (var line in cluster.Living.Api.PodRuntime.LogAsync(new PodLog { Pod = agent, Container = "cilium-agent", Previous = true }, TestContext.Current.CancellationToken))
        {
            lines.Add(line);
        }

        Assert.Contains("level=fatal", lines[^1], StringComparison.Ordinal);
        Assert.Contains(fatal, lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_change_breaks_only_as_many_agents_as_may_be_unavailable()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy());
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => Ready(cluster));

        await cluster.InstallAsync("1.19.6", "routingMode=native");
        cluster.Pass(TimeSpan.FromMinutes(3));

        var set = cluster.Get("daemonsets.apps", "kube-system", "cilium");
        Assert.Equal(2, set.Long("status", "updatedNumberScheduled"));
        Assert.Equal(2, set.Long("status", "numberUnavailable"));
        Assert.Equal(1, set.Long("status", "numberAvailable"));

        // The next change replaces the broken ones at once.
        await cluster.InstallAsync("1.19.6", CiliumRelease.Native);
        cluster.Until(() => Ready(cluster));
        Assert.Equal("Native", (await StatusAsync(cluster, "node1")).Str("routing", "inter-host-routing-mode"));
    }

    [Fact]
    public async Task A_change_of_the_settings_alone_reaches_no_running_agent()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1).WithKubeProxy());
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => Ready(cluster));

        cluster.Living.Store.Modify("configmaps", "kube-system", "cilium-config", config => config["data"]!["routing-mode"] = "native");
        cluster.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal("Tunnel", (await StatusAsync(cluster, "node1")).Str("routing", "inter-host-routing-mode"));
    }

    [Fact]
    public async Task Without_kube_proxy_and_an_address_the_agents_never_get_past_config()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2));
        await cluster.InstallAsync("1.19.6", "kubeProxyReplacement=true");
        cluster.Pass(TimeSpan.FromMinutes(5));
        Assert.All(Agents(cluster), pod => Assert.Equal("Pending", pod.Str("status", "phase")));

        await cluster.InstallAsync("1.19.6", "kubeProxyReplacement=true,k8sServiceHost=172.30.0.11,k8sServicePort=6443");
        cluster.Until(() => Ready(cluster));
        Assert.Equal("True", (await StatusAsync(cluster, "node2")).Str("kube-proxy-replacement", "mode"));
    }

    [Fact]
    public async Task Native_without_routes_is_all_ok_and_reaches_nobody()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy());
        await cluster.InstallAsync("1.19.6", "routingMode=native,ipv4NativeRoutingCIDR=10.245.0.0/16");
        cluster.Until(() => Ready(cluster));

        Assert.Equal("Ok", (await StatusAsync(cluster, "node1")).Str("cluster", "ciliumHealth", "state"));
        Assert.Contains("Cluster health:   1/3 reachable", (await ExecuteAsync(cluster, "node1", "cilium-health", "status", "--probe")).Output, StringComparison.Ordinal);
        Assert.Contains("0/0 reachable", (await ExecuteAsync(cluster, "node1", "cilium-health", "status")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "1/3 reachable")]
    [InlineData(true, "3/3 reachable")]
    public async Task A_node_that_went_native_reaches_tunnelling_ones_only_with_its_overlay_kept(bool kept, string expected)
    {
        var values = "updateStrategy.type=OnDelete,updateStrategy.rollingUpdate=null,kubeProxyReplacement=true,bpf.masquerade=true,egressGateway.enabled=" + (kept ? "true" : "false");
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy());
        await cluster.InstallAsync("1.19.6", values);
        cluster.Until(() => Ready(cluster));

        await cluster.InstallAsync("1.19.6", values + "," + CiliumRelease.Native);
        void Restart(string node) => cluster.Living.Store.Delete("pods", "kube-system", Agents(cluster).Single(pod => pod.Str("spec", "nodeName") == node).Name());
        bool Running(int updated) => cluster.Get("daemonsets.apps", "kube-system", "cilium") is var set
            && set.Long("status", "updatedNumberScheduled") == updated && set.Long("status", "numberAvailable") == 3;
        Restart("node1");
        cluster.Until(() => Running(updated: 1));
        Assert.Equal("Native", (await StatusAsync(cluster, "node1")).Str("routing", "inter-host-routing-mode"));
        Assert.Contains(expected, (await ExecuteAsync(cluster, "node1", "cilium-health", "status", "--probe")).Output, StringComparison.Ordinal);

        Restart("node2");
        Restart("node3");
        cluster.Until(() => Running(updated: 3));
        Assert.Contains("3/3 reachable", (await ExecuteAsync(cluster, "node1", "cilium-health", "status", "--probe")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebooted_node_gets_its_agent_back()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(2).WithKubeProxy());
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => Ready(cluster));

        cluster.Living.Reboot("node2");
        cluster.Living.Step();
        Assert.False(cluster.Living.Host("node2", host => host.Links.ContainsKey("cilium_host")));

        cluster.Until(() => Ready(cluster));
        Assert.True(cluster.Living.Host("node2", host => host.Links["cilium_vxlan"].Up));
    }

    [Fact]
    public async Task The_operator_deletes_unmanaged_dns_pods_unless_its_watcher_is_off()
    {
        await using var cluster = await WithFlannelAsync();
        var before = cluster.Pods("k8s-app=kube-dns").Select(pod => pod.Name()).ToHashSet();
        await cluster.InstallAsync("1.19.6", "tunnelPort=8473");
        cluster.Until(() => cluster.Pods("k8s-app=kube-dns").All(pod => !before.Contains(pod.Name()) && pod.Str("status", "phase") == "Running"));
        Assert.Equal(2, cluster.Living.Store.List("ciliumendpoints.cilium.io").Count);
    }

    [Fact]
    public async Task A_second_operator_finds_no_place_on_a_single_node()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(1).WithKubeProxy());
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => Ready(cluster));

        var waiting = Assert.Single(cluster.Pods("name=cilium-operator"), pod => pod.Str("status", "phase") == "Pending");
        var scheduled = waiting.Arr("status", "conditions").Objects().Single(condition => condition.Str("type") == "PodScheduled");
        Assert.Equal("Unschedulable", scheduled.Str("reason"));
        Assert.Contains("anti-affinity", scheduled.Str("message"), StringComparison.Ordinal);
    }

    private static async Task<ActorTestCluster> WithFlannelAsync()
    {
        var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithFlannel().WithKubeProxy().WithCoreDns());
        cluster.Until(() => cluster.Get("deployments.apps", "kube-system", "coredns").Long("status", "availableReplicas") == 2);
        return cluster;
    }

    private static bool Ready(ActorTestCluster cluster) =>
        cluster.DaemonSetIsDone("kube-system", "cilium") && (cluster.Get("deployments.apps", "kube-system", "cilium-operator").Long("status", "availableReplicas") ?? 0) > 0;

    private static IReadOnlyList<JsonObject> Agents(ActorTestCluster cluster) => cluster.Pods("k8s-app=cilium");

    private static JsonObject Container(JsonObject pod) => pod.Arr("status", "containerStatuses").Objects().FirstOrDefault() ?? [];

    private static async Task<JsonObject> StatusAsync(ActorTestCluster cluster, string node, string cli = "cilium-dbg") =>
        JsonText.ParseObject((await ExecuteAsync(cluster, node, cli, "status", "-o", "json")).Output);

    private static async Task<(int Code, string Output)> ExecuteAsync(ActorTestCluster cluster, string node, params string[] command)
    {
        using var output = new MemoryStream();
        var code = await cluster.Living.Api.PodRuntime.ExecAsync(new PodExec
        {
            Pod = Agents(cluster).Single(pod => pod.Str("spec", "nodeName") == node),
            Container = "cilium-agent",
            Command = command,
            StandardInput = Stream.Null,
            StandardOutput = output,
            StandardError = output,
        }, TestContext.Current.CancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()));
    }
}
