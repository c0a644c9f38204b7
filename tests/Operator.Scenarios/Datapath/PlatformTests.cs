using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Actors;
using NetProfile.SimulatedCluster.Actors.Building;
using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Actors.Engine;
using NetProfile.SimulatedCluster.Actors.Hosts;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Datapath;

/// <summary>The clusters that a migration starts from: each with pods of its old network that all reach each other.</summary>
public sealed class PlatformTests
{
    public static TheoryData<string> Platforms { get; } = [.. Builders.Keys];

    private static Dictionary<string, (Func<ClusterBuilder, ClusterBuilder> Build, Func<SimulatedHost, bool> Traces)> Builders => new(StringComparer.Ordinal)
    {
        ["kube-flannel"] = (b => b.WithFlannel().WithKubeProxy(), h => h.Links.ContainsKey("flannel.1") && h.HasChain("KUBE-SVC-")),
        ["kube-system"] = (b => b.WithFlannel(f => f with { Namespace = "kube-system" }).WithKubeProxy(), h => h.Links.ContainsKey("cni0")),
        ["nftables"] = (b => b.WithFlannel(f => f with { Nftables = true }).WithKubeProxy("nftables"), h => h.NftTables.SetEquals(["ip flannel-ipv4", "ip6 flannel-ipv6", "ip kube-proxy", "ip6 kube-proxy"]) && !h.HasChain("KUBE-SVC-") && !h.HasChain("FLANNEL-")),
        ["host-gw, ipvs"] = (b => b.WithFlannel(f => f with { Backend = "host-gw" }).WithKubeProxy("ipvs"), h => !h.Links.ContainsKey("flannel.1") && h.HasRoute("10.244.1.0/24", "eth0") != (h.Name == "node2") && h.Links.ContainsKey("kube-ipvs0") && h.Ipsets.Count > 0 && h.VirtualServers.Count > 0),
        ["dual stack"] = (b => b.WithFlannel(f => f with { DualStack = true }).WithKubeProxy(), h => h.Links.ContainsKey("flannel-v6.1") && h.HasRoute(h.PodCIDRv6!, "cni0")),
        ["canal"] = (b => b.WithCanal().WithKubeProxy(), h => !h.Links.ContainsKey("cni0") && h.Links.Keys.Any(name => name.StartsWith("cali", StringComparison.Ordinal)) && h.HasChain("cali-")),
        ["k3s"] = (b => b.WithK3s(), h => h.EmbeddedFlannel && h.ActiveCniConf == "/var/lib/rancher/k3s/agent/etc/cni/net.d/10-flannel.conflist"),
        ["rke2"] = (b => b.WithRke2(), h => h.ActiveCniConf == "/etc/cni/net.d/10-canal.conflist"),
    };

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task Pods_of_every_platform_reach_each_other_and_the_services(string platform)
    {
        var (build, traces) = Builders[platform];
        await using var cluster = await StartAsync(build);

        Assert.DoesNotContain(cluster.Living.Reachability(), pair => pair.Reach != Reach.Reached);
        Assert.Equal(Reach.Reached, cluster.Living.TryConnect("node1", null, "10.96.0.10").Reach);
        Assert.All(Nodes, node => Assert.True(cluster.Living.Host(node, traces), node));
        Assert.All(cluster.Pods("app=logs"), pod => Assert.Equal(platform == "dual stack" ? 2 : 1, pod.Arr("status", "podIPs")!.Count));
    }

    [Theory]
    [InlineData("kube-flannel", "kube-flannel/kube-flannel-ds", "app=flannel")]
    [InlineData("kube-system", "kube-system/kube-flannel-ds", "app=flannel")]
    [InlineData("canal", "kube-system/canal", "k8s-app=canal")]
    [InlineData("host-gw, ipvs", "kube-flannel/kube-flannel-ds", "app=flannel")]
    [InlineData("dual stack", "kube-flannel/kube-flannel-ds", "app=flannel")]
    public async Task A_parked_network_goes_on_without_its_pods_and_comes_back(string platform, string daemonSet, string label)
    {
        await using var cluster = await StartAsync(Builders[platform].Build);
        var log = cluster.Living.RecordReachability();
        var (ns, name) = (daemonSet.Split('/')[0], daemonSet.Split('/')[1]);

        cluster.Living.Store.Modify("daemonsets.apps", ns, name, set => set["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { ["parked"] = "true" });
        cluster.Until(() => cluster.Pods(label).Count == 0);
        cluster.Pass(TimeSpan.FromMinutes(1));

        Assert.Empty(log.Lost);
        Assert.All(Nodes, node => Assert.True(cluster.Living.Host(node, Builders[platform].Traces)));

        cluster.Living.Store.Modify("daemonsets.apps", ns, name, set => set["spec"]!["template"]!["spec"]!.AsObject().Remove("nodeSelector"));
        cluster.Until(() => cluster.DaemonSetIsDone(ns, name));
    }

    [Fact]
    public async Task Flannel_inside_of_k3s_comes_back_until_the_servers_are_started_without_it()
    {
        await using var cluster = await StartAsync(builder => builder.WithK3s());
        Assert.Equal("[\"server\"]", cluster.Get("nodes", "", "node1").Annotation("k3s.io/node-args"));
        Assert.EndsWith("+k3s1", cluster.Get("nodes", "", "node1").Str("status", "nodeInfo", "kubeletVersion"), StringComparison.Ordinal);
        cluster.Living.ChangeHost("node2", host => host.RemoveLink("flannel.1"));
        cluster.Living.Step();
        Assert.True(cluster.Living.Host("node2", host => host.Links.ContainsKey("flannel.1")));

        cluster.Living.RestartK3sWithoutFlannel();
        cluster.Living.ChangeHost("node2", host => host.RemoveLink("flannel.1"));
        cluster.Living.Step();

        Assert.False(cluster.Living.Host("node2", host => host.Links.ContainsKey("flannel.1")));
        Assert.Contains("--flannel-backend=none", cluster.Get("nodes", "", "node1").Annotation("k3s.io/node-args"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cilium_in_two_families_stands_beside_flannel_in_two()
    {
        await using var cluster = await StartAsync(Builders["dual stack"].Build);
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6", "tunnelPort=8473,ipv6.enabled=true,ipam.operator.clusterPoolIPv6PodCIDRList={fd00:10:245::/104},operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "cilium"));
        cluster.Living.Store.Modify("daemonsets.apps", "shop", "logs", set => set["spec"]!["template"]!["metadata"]!["annotations"] = new JsonObject { ["restarted"] = "now" });
        cluster.Until(() => cluster.DaemonSetIsDone("shop", "logs"));

        Assert.All(cluster.Pods("app=logs"), pod => Assert.StartsWith("fd00:10:245:", pod.Arr("status", "podIPs")!.Objects().Last().Str("ip"), StringComparison.Ordinal));
        Assert.Empty(log.Lost);
    }

    [Fact]
    public async Task A_hundred_nodes_are_watched_while_cilium_comes()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(100).WithFlannel().WithKubeProxy().WithCoreDns().WithWorkloads(30).WithTimings(ActorTimings.Instant));
        cluster.Until(() => cluster.Living.Store.List("pods", "shop") is { Count: 133 } pods && pods.All(pod => pod.Str("status", "phase") == "Running"));
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6", "tunnelPort=8473,operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => cluster.DaemonSetIsDone("kube-system", "cilium"));

        Assert.Empty(log.Lost);
        Assert.True(log.Checks > 40_000, $"{log.Checks}");
        cluster.Living.ChangeHost("node7", host => host.RemoveLink("cni0"));
        Assert.All(log.Lost, gap => Assert.Contains("node7", gap.Why, StringComparison.Ordinal));
        Assert.True(log.Lost.Count > 200, $"{log.Lost.Count}");
    }

    private static readonly string[] Nodes = ["node1", "node2", "node3"];

    private static async Task<ActorTestCluster> StartAsync(Func<ClusterBuilder, ClusterBuilder> build)
    {
        var cluster = await ActorTestCluster.StartAsync(builder => build(builder.WithNodes(3)).WithCoreDns().WithWorkloads());
        cluster.Until(() => cluster.Pods("k8s-app=kube-dns").Count(IsReady) == 2 && cluster.Living.Store.List("pods", "shop") is { Count: 9 } pods && pods.All(IsReady));
        return cluster;
    }

    private static bool IsReady(JsonObject pod) =>
        pod.Arr("status", "conditions").Objects().Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");
}
