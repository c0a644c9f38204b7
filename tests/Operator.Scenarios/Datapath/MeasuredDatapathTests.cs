using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Actors;
using NetProfile.SimulatedCluster.Actors.Datapath;
using NetProfile.SimulatedCluster.Json;

namespace NetProfile.Operator.Scenarios.Datapath;

/// <summary>What was measured with a real Cilium beside and after a real Flannel, on the simulated datapath: old pods are Flannel's, new ones Cilium's.</summary>
public sealed class MeasuredDatapathTests
{
    private const string OtherPort = "tunnelPort=8473,operator.unmanagedPodWatcher.restart=false";

    private const string Interim = "routingMode=native,autoDirectNodeRoutes=true,ipv4NativeRoutingCIDR=10.244.0.0/15,kubeProxyReplacement=true,bpf.masquerade=true,"
        + "bpf.hostLegacyRouting=true,policyEnforcementMode=never,operator.unmanagedPodWatcher.restart=false,k8sServiceHost=172.30.0.11,k8sServicePort=6443";

    [Fact]
    public async Task All_pods_of_a_flannel_cluster_reach_each_other_and_the_services()
    {
        await using var cluster = await WithFlannelAsync();

        Assert.True(cluster.Living.Reachability().Count > 100);
        Assert.Empty(Lost(cluster));
        Assert.Equal(Reach.Reached, cluster.Living.TryConnect("node2", null, "10.96.0.10").Reach);
        Assert.Equal(Reach.Lost, cluster.Living.TryConnect("node2", null, "10.244.9.9").Reach);
    }

    /// <summary>3a: the same port. Old pods lose nothing, new ones never start; without flannel.1 agents heal and old pods of different nodes are apart.</summary>
    [Fact]
    public async Task On_the_same_port_old_pods_lose_nothing_and_new_ones_do_not_start()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6", "operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => Ready(cluster));
        cluster.Living.Store.Delete("pods", "shop", "bare");
        cluster.Living.Create("{apiVersion: v1, kind: Pod, metadata: {name: new, namespace: shop}, spec: {nodeName: node2, containers: [{name: new, image: busybox}]}}");
        cluster.Pass(TimeSpan.FromMinutes(2));

        Assert.Empty(log.Lost);
        Assert.Equal("Pending", cluster.Get("pods", "shop", "new").Str("status", "phase"));

        RemoveFlannel(cluster);
        ForEachHost(cluster, host => host.RemoveLink("flannel.1"));
        cluster.Until(() => cluster.Get("pods", "shop", "new").Str("status", "phase") == "Running");

        var lost = Lost(cluster);
        Assert.All(lost, gap => Assert.True(IsOld(cluster, gap.To) && NodeOf(cluster, gap.From) != NodeOf(cluster, gap.To), gap.ToString()));
        Assert.Contains(lost, gap => IsOld(cluster, gap.From));
        Assert.Contains(lost, gap => gap.From == "shop/new");
        Assert.All(log.Lost, gap => Assert.Contains("flannel.1", gap.Why, StringComparison.Ordinal));
        Assert.All(cluster.Pods("app=web"), pod => Assert.True(IsReady(pod)));
    }

    /// <summary>3b: cleaned first. Every old pod is alone, those with a probe are not ready; a StatefulSet blocks its own roll.</summary>
    [Fact]
    public async Task Cleaned_first_every_old_pod_is_alone_and_a_stateful_set_blocks_its_roll()
    {
        await using var cluster = await WithFlannelAsync();
        RemoveFlannel(cluster);
        ForEachHost(cluster, host =>
        {
            host.RemoveLink("flannel.1");
            host.RemoveLink("cni0");
            host.Files.Remove("/etc/cni/net.d/10-flannel.conflist");
        });
        await cluster.InstallAsync("1.19.6", "operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => Ready(cluster));

        var old = cluster.Living.Store.List("pods", "shop").Select(pod => "shop/" + pod.Name()).ToList();
        Assert.All(cluster.Living.Reachability().Where(pair => old.Contains(pair.From) || old.Contains(pair.To)).Where(pair => !pair.To.StartsWith("service", StringComparison.Ordinal)),
            pair => Assert.Equal(Reach.Lost, pair.Reach));
        cluster.Until(() => cluster.Pods("app=web").All(pod => !IsReady(pod)));
        Assert.True(IsReady(cluster.Get("pods", "shop", "bare")));

        Restart(cluster, "deployments.apps", "web");
        Restart(cluster, "daemonsets.apps", "logs");
        Restart(cluster, "statefulsets.apps", "db");
        cluster.Until(() => cluster.Pods("app=web").Concat(cluster.Pods("app=logs")).All(pod => IsReady(pod) && !IsOld(cluster, "shop/" + pod.Name())));
        cluster.Pass(TimeSpan.FromMinutes(5));
        Assert.All(cluster.Pods("app=db"), pod => Assert.False(IsReady(pod)));

        foreach (var pod in cluster.Pods("app=db"))
        {
            cluster.Living.Store.Delete("pods", "shop", pod.Name());
        }

        cluster.Until(() => cluster.Pods("app=db").Count(IsReady) == 2);
    }

    /// <summary>3c: Cilium on Flannel's own range takes cni0's route, and old pods are cut off even from their node.</summary>
    [Fact]
    public async Task Cilium_on_the_same_range_takes_the_bridges_route()
    {
        await using var cluster = await WithFlannelAsync();
        RemoveFlannel(cluster);
        ForEachHost(cluster, host => host.RemoveLink("flannel.1"));
        await cluster.InstallAsync("1.19.6", "ipam.mode=kubernetes,operator.unmanagedPodWatcher.restart=false");
        cluster.Until(() => Ready(cluster));

        Assert.True(cluster.Living.Host("node2", host => host.Links.ContainsKey("cni0")));
        Assert.Contains(Lost(cluster), gap => gap is { From: "node2" } && NodeOf(cluster, gap.To) == "node2" && gap.Why!.Contains("no route to 10.244.1.0/24 over cni0", StringComparison.Ordinal));
        cluster.Until(() => cluster.Pods("app=web").All(pod => !IsReady(pod)));

        foreach (var pod in cluster.Living.Store.List("pods").Where(pod => pod.Bool("spec", "hostNetwork") != true && pod.Name() != "bare"))
        {
            cluster.Living.Store.Delete("pods", pod.Namespace(), pod.Name());
        }

        cluster.Living.Store.Delete("pods", "shop", "bare");
        cluster.Until(() => cluster.Pods("app=web").Count(IsReady) == 3 && cluster.Pods("app=db").Count(IsReady) == 2 && cluster.Pods("k8s-app=kube-dns").Count(IsReady) == 2);
        Assert.Empty(Lost(cluster));
    }

    /// <summary>3d: another port and another range, without cleaning: everybody reaches everybody, through the roll and the cleaning after it.</summary>
    [Fact]
    public async Task On_another_port_and_range_nobody_is_ever_cut_off()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6", OtherPort);
        cluster.Until(() => Ready(cluster));
        Restart(cluster, "deployments.apps", "web");
        cluster.Until(() => cluster.Pods("app=web").Count == 3 && cluster.Pods("app=web").All(pod => IsReady(pod) && !IsOld(cluster, "shop/" + pod.Name())));
        Assert.Contains(cluster.Living.Reachability(), pair => IsOld(cluster, pair.From) && !IsOld(cluster, pair.To));
        Assert.Empty(Lost(cluster));

        MoveTheRest(cluster);
        Clean(cluster);
        cluster.Pass(TimeSpan.FromMinutes(1));

        Assert.Empty(log.Lost);
        Assert.NotEmpty(log.Masqueraded);
        Assert.True(log.Checks > 1000);
    }

    /// <summary>3f: the operator's watcher takes the cluster's DNS down while no new pod can start.</summary>
    [Fact]
    public async Task Ciliums_own_watcher_takes_the_dns_down_when_no_new_pod_can_start()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6");
        cluster.Until(() => log.Lost.Any(gap => gap.To == "service kube-dns"));

        Assert.True(Ready(cluster));
        Assert.Contains(log.Lost, gap => gap.Why == "no pod of the cluster's DNS is ready" && gap.Until is null);
    }

    /// <summary>4h: native without routes looks fine, and across nodes nothing arrives.</summary>
    [Fact]
    public async Task Native_without_routes_loses_everything_between_nodes()
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy().WithCoreDns().WithWorkloads());
        await cluster.InstallAsync("1.19.6", "routingMode=native,ipv4NativeRoutingCIDR=10.245.0.0/16");
        cluster.Until(() => Ready(cluster) && cluster.Pods("app=logs").Count(IsReady) == 3);

        var pairs = cluster.Living.Reachability().Where(pair => pair.From.Contains("logs", StringComparison.Ordinal) && pair.To.Contains("logs", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, pairs.Count);
        Assert.All(pairs, pair => Assert.Contains("no direct route", pair.Why, StringComparison.Ordinal));
    }

    /// <summary>The last section: at once native and without kube-proxy, both networks in the native CIDR, legacy host routing for the time being.</summary>
    [Fact]
    public async Task Straight_into_native_routing_without_kube_proxy_no_packet_is_lost()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        await cluster.InstallAsync("1.19.6", Interim);
        cluster.Until(() => Ready(cluster));
        MoveTheRest(cluster);
        Clean(cluster);
        cluster.Living.Store.Delete("daemonsets.apps", "kube-system", "kube-proxy");
        cluster.Until(() => cluster.Pods("k8s-app=kube-proxy").Count == 0);
        ForEachHost(cluster, host => host.RemoveChains("KUBE-S"));
        await cluster.InstallAsync("1.19.6", Interim.Replace("bpf.hostLegacyRouting=true,policyEnforcementMode=never,", "", StringComparison.Ordinal).Replace("10.244.0.0/15", "10.245.0.0/16", StringComparison.Ordinal));
        cluster.Until(() => Ready(cluster));
        cluster.Pass(TimeSpan.FromMinutes(1));

        Assert.Empty(log.Lost);
        Assert.Empty(log.Masqueraded);
        Assert.True(cluster.Living.Host("node1", host => host.Cilium is { Native: true, HostRoutingInBpf: true, ReplacesKubeProxy: true }));
    }

    [Theory]
    [InlineData("bpf.hostLegacyRouting=true,", "", Reach.Lost, true)]
    [InlineData("10.244.0.0/15", "10.245.0.0/16", Reach.Masqueraded, null)]
    public async Task Without_an_interim_setting_new_pods_miss_old_ones(string setting, string instead, Reach reach, bool? sameNode)
    {
        await using var cluster = await WithFlannelAsync();
        await cluster.InstallAsync("1.19.6", Interim.Replace(setting, instead, StringComparison.Ordinal));
        cluster.Until(() => Ready(cluster));
        Restart(cluster, "daemonsets.apps", "logs");
        cluster.Until(() => cluster.Pods("app=logs").All(pod => IsReady(pod) && !IsOld(cluster, "shop/" + pod.Name())));

        var missed = cluster.Living.Reachability().Where(pair => pair.Reach != Reach.Reached).ToList();
        Assert.NotEmpty(missed);
        Assert.All(missed, pair =>
        {
            Assert.Equal(reach, pair.Reach);
            Assert.True(!IsOld(cluster, pair.From) && IsOld(cluster, pair.To), pair.ToString());
            Assert.True(sameNode is null || NodeOf(cluster, pair.From) == NodeOf(cluster, pair.To), pair.ToString());
        });
    }

    /// <summary>2a to 2c and the live switch: nodes in different modes don't talk, unless the converted ones keep their device.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData(",egressGateway.enabled=true,kubeProxyReplacement=true,bpf.masquerade=true,k8sServiceHost=172.30.0.11,k8sServicePort=6443", false)]
    public async Task A_switch_from_tunnel_to_native_cuts_nodes_off_unless_the_device_is_kept(string more, bool cutsOff)
    {
        await using var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithKubeProxy().WithCoreDns().WithWorkloads());
        await cluster.InstallAsync("1.19.6", "ipv4NativeRoutingCIDR=10.245.0.0/16" + more);
        cluster.Until(() => Ready(cluster) && cluster.Pods("app=logs").Count(IsReady) == 3);
        var log = cluster.Living.RecordReachability();

        await cluster.InstallAsync("1.19.6", CiliumRelease.Native + more);
        cluster.Until(() => Ready(cluster));

        Assert.Equal(cutsOff, log.Lost.Count > 0);
        Assert.All(log.Lost, gap => Assert.NotNull(gap.Until));
        Assert.Empty(Lost(cluster));
    }

    [Fact]
    public async Task Kube_proxy_that_goes_with_its_rules_and_no_replacement_takes_the_services_with_it()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        cluster.Living.Store.Delete("daemonsets.apps", "kube-system", "kube-proxy");
        cluster.Until(() => cluster.Pods("k8s-app=kube-proxy").Count == 0);
        Assert.Empty(log.Lost);

        ForEachHost(cluster, host => host.RemoveChains("KUBE-S"));

        Assert.Contains(log.Lost, gap => gap is { From: "node2", To: "service kubernetes" });
        Assert.Contains(log.Lost, gap => gap.From.StartsWith("shop/", StringComparison.Ordinal) && gap.To == "service kube-dns");
    }

    /// <summary>Its rules lead to the pods of the time when it went.</summary>
    [Fact]
    public async Task Dns_pods_that_move_after_kube_proxy_has_gone_are_not_found_any_more()
    {
        await using var cluster = await WithFlannelAsync();
        var log = cluster.Living.RecordReachability();
        cluster.Living.Store.Delete("daemonsets.apps", "kube-system", "kube-proxy");
        cluster.Until(() => cluster.Pods("k8s-app=kube-proxy").Count == 0);
        Restart(cluster, "deployments.apps", "coredns", "kube-system");
        cluster.Until(() => log.Lost.Count > 0);

        Assert.Contains(log.Lost, gap => gap.To == "service kube-dns" && gap.Why.Contains("which is gone", StringComparison.Ordinal));
    }

    private static async Task<ActorTestCluster> WithFlannelAsync()
    {
        var cluster = await ActorTestCluster.StartAsync(builder => builder.WithNodes(3).WithFlannel().WithKubeProxy().WithCoreDns().WithWorkloads());
        cluster.Until(() => cluster.Pods("k8s-app=kube-dns").Count(IsReady) == 2 && cluster.Living.Store.List("pods", "shop") is { Count: 9 } pods && pods.All(IsReady));
        return cluster;
    }

    private static bool Ready(ActorTestCluster cluster) =>
        cluster.DaemonSetIsDone("kube-system", "cilium") && (cluster.Get("deployments.apps", "kube-system", "cilium-operator").Long("status", "availableReplicas") ?? 0) > 0;

    private static void RemoveFlannel(ActorTestCluster cluster)
    {
        cluster.Living.Store.Delete("daemonsets.apps", "kube-flannel", "kube-flannel-ds");
        cluster.Until(() => cluster.Pods("app=flannel").Count == 0);
    }

    /// <summary>All pods onto the new network, a few at a time.</summary>
    private static void MoveTheRest(ActorTestCluster cluster)
    {
        Restart(cluster, "deployments.apps", "coredns", "kube-system");
        Restart(cluster, "deployments.apps", "web");
        Restart(cluster, "daemonsets.apps", "logs");
        Restart(cluster, "statefulsets.apps", "db");
        cluster.Living.Store.Delete("pods", "shop", "bare");
        cluster.Until(() => cluster.Living.Store.List("pods").Where(pod => pod.Bool("spec", "hostNetwork") != true).All(pod => IsReady(pod) && !IsOld(cluster, pod.Namespace() + "/" + pod.Name())));
    }

    private static void Clean(ActorTestCluster cluster)
    {
        RemoveFlannel(cluster);
        ForEachHost(cluster, host =>
        {
            host.RemoveLink("cni0");
            host.RemoveLink("flannel.1");
            host.RemoveChains("FLANNEL-");
        });
    }

    private static void ForEachHost(ActorTestCluster cluster, Action<SimulatedCluster.Actors.Hosts.SimulatedHost> change)
    {
        foreach (var node in (string[])["node1", "node2", "node3"])
        {
            cluster.Living.ChangeHost(node, change);
        }
    }

    private static void Restart(ActorTestCluster cluster, string resource, string name, string @namespace = "shop") =>
        cluster.Living.Store.Modify(resource, @namespace, name, set =>
            set["spec"]!["template"]!["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = "now" });

    private static List<Connection> Lost(ActorTestCluster cluster) => [.. cluster.Living.Reachability().Where(pair => pair.Reach == Reach.Lost)];

    private static bool IsReady(JsonObject pod) =>
        pod.Arr("status", "conditions").Objects().Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True") && !pod.IsDeleting();

    private static bool IsOld(ActorTestCluster cluster, string name) =>
        Find(cluster, name).Str("status", "podIP") is { } ip && ip.StartsWith("10.244.", StringComparison.Ordinal);

    private static string NodeOf(ActorTestCluster cluster, string name) => Find(cluster, name).Str("spec", "nodeName") ?? name;

    private static JsonObject? Find(ActorTestCluster cluster, string name) =>
        name.Split('/') is [var ns, var pod] ? cluster.Living.Store.Get("pods", ns, pod) : null;
}
