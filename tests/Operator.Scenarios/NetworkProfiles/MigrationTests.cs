using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster.Actors.Hosts;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

public sealed class MigrationTests
{
    private const string DaemonSets = "daemonsets.apps";

    private const string Workloads = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: web}]}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db, namespace: default}
        spec:
          serviceName: db
          replicas: 2
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: db, image: db}]}
        """;

    [Fact]
    public async Task Overlap_takes_a_cluster_from_Flannel_to_native_routing_without_kube_proxy_and_leaves_nothing_behind()
    {
        await using var cluster = await FlannelClusterAsync();
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        await cluster.PodsAsync(Pods);
        var reached = cluster.Living.RecordReachability();
        cluster.CreateProfile(change: Native);
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));

        var profile = await cluster.ReadyAsync();

        Assert.True(reached.Checks > 1000, $"{reached.Checks} pairs were looked at");
        Assert.Empty(reached.Lost);
        Assert.Empty(reached.Masqueraded);
        Assert.Equal(["1 superseded", "2 deployed"], cluster.Revisions());
        Assert.Equal("Removed", (string?)ScenarioCluster.Condition(profile, "FlannelRemoved")!["reason"]);
        Assert.Null(cluster.Store.Get(DaemonSets, "kube-flannel", "kube-flannel-ds"));
        Assert.Equal(0, (int?)cluster.Store.Get(DaemonSets, "kube-system", "kube-proxy")!["status"]!["desiredNumberScheduled"]);
        Assert.All(["node1", "node2", "node3"], node => Assert.Empty(Traces(cluster, node)));
        Assert.All(cluster.Store.List("pods").Where(IsNetworked), pod => Assert.StartsWith("10.245.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_rights_that_the_chart_gives_are_enough_for_all_of_it()
    {
        await using var cluster = await FlannelClusterAsync();
        var (account, _) = await OperatorAccount.InstallChartAsync(cluster);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock, kubeconfig: account, change: options => options with { LeaseNamespace = OperatorAccount.Namespace });
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            Native(spec);
            spec["approval"] = "Auto";
        });

        await cluster.ReadyAsync();

        Assert.Null(cluster.Store.Get("namespaces", null, "kube-flannel"));
        Assert.NotNull(cluster.Store.Get("secrets", OperatorAccount.Namespace, "netprofile-backup"));
    }

    [Fact]
    public async Task A_pod_that_nothing_would_make_again_stops_the_migration_until_a_person_has_decided()
    {
        await using var cluster = await FlannelClusterAsync();
        cluster.Living.Create("{apiVersion: v1, kind: Pod, metadata: {name: lonely, namespace: default}, spec: {containers: [{name: app, image: app}]}}");
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec => spec["approval"] = "Auto");

        var stalled = await cluster.ConditionAsync("Stalled", "True", "PodsLeft");
        Assert.Contains("default/lonely", (string?)ScenarioCluster.Condition(stalled, "Stalled")!["message"], StringComparison.Ordinal);
        Assert.Equal(3, cluster.Store.List("pods", "kube-flannel").Count);

        cluster.Annotate("netprofile.io/bare-pods", "Delete");
        await cluster.ReadyAsync();
        Assert.Null(cluster.Store.Get("pods", "default", "lonely"));
    }

    /// <summary>
    /// A namespace that outlived its pod holds a port of the bridge. In Recreate, which takes links from living pods, it is a port that is no pod's.
    /// </summary>
    [Theory]
    [InlineData("Overlap", "vethdead0001 of pod shop/lost-7f9c", "kubectl -n shop delete pod lost-7f9c")]
    [InlineData("Recreate", "tap7, which is no pod's", "ip link set tap7 nomaster")]
    public async Task A_node_that_stays_dirty_is_named_with_its_link_and_what_holds_it_and_Ready_never_comes(string strategy, string holder, string advice)
    {
        await using var cluster = await FlannelClusterAsync();
        await cluster.PodsAsync(Pods);
        var link = holder.Split([' ', ','])[0];
        cluster.Living.ChangeHost("node2", host =>
        {
            host.SetLink(new HostLink(link, strategy == "Overlap" ? "veth" : "tun") { Master = "cni0" });
            host.Files[$"/var/lib/cni/results/cbr0-{new string('d', 64)}-eth0"] =
                """{"kind":"cniCacheV1","cniArgs":[["K8S_POD_NAMESPACE","shop"],["K8S_POD_NAME","lost-7f9c"]],"result":{"interfaces":[{"name":"cni0"},{"name":"vethdead0001"},{"name":"eth0","sandbox":"/var/run/netns/cni-1"}]}}""";
        });
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            spec["approval"] = "Auto";
            spec["previousCNI"] = new JsonObject { ["strategy"] = strategy };
        });

        var stalled = await cluster.ConditionAsync("Stalled", "True", "NodesDirty");
        var message = (string?)ScenarioCluster.Condition(stalled, "Stalled")!["message"];
        Assert.All(["2 of 3 nodes clean", "node2", "cni0", holder, advice], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Equal(strategy == "Overlap" ? ["1 deployed"] : [], cluster.Revisions());
        Assert.Equal(strategy == "Overlap", cluster.Store.Get(DaemonSets, "kube-system", "cilium") is not null);
        Assert.DoesNotContain(cluster.Living.Api.Changes.All, c => c.Resource == ScenarioCluster.Profiles && (string?)ScenarioCluster.Condition(c.Object.Value, "Ready")?["status"] == "True");

        cluster.Living.ChangeHost("node2", host => host.RemoveLink(link));
        await cluster.ReadyAsync();
        Assert.False(cluster.Living.Host("node2", host => host.Links.ContainsKey("cni0")));
    }

    [Fact]
    public async Task Recreate_keeps_the_pod_network_and_says_how_long_the_outage_was()
    {
        await using var cluster = await FlannelClusterAsync();
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            spec["ipam"] = new JsonObject { ["mode"] = "Kubernetes" };
            spec["previousCNI"] = new JsonObject { ["strategy"] = "Recreate" };
        });
        var waiting = await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval");
        Assert.Equal("Outage", (string?)waiting["status"]!["plan"]!["disruption"]);
        cluster.Approve(waiting);

        var profile = await cluster.ReadyAsync();

        Assert.Equal(["1 deployed"], cluster.Revisions());
        var removed = ScenarioCluster.Condition(profile, "FlannelRemoved")!;
        Assert.Equal("Removed", (string?)removed["reason"]);
        Assert.Contains("without a network for", (string?)removed["message"], StringComparison.Ordinal);
        Assert.All(["node1", "node2", "node3"], node => Assert.DoesNotContain(Traces(cluster, node), t => !t.StartsWith("KUBE", StringComparison.Ordinal)));
        Assert.All(cluster.Store.List("pods").Where(IsNetworked), pod => Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
        Assert.Equal(
            cluster.Store.List("pods").Count(IsNetworked),
            cluster.Store.List("ciliumendpoints.cilium.io").Count);
    }

    internal const int Pods = 7;

    internal static Task<ScenarioCluster> FlannelClusterAsync() =>
        ScenarioCluster.StartAsync(change: builder => builder.WithFlannel().WithCoreDns().With(Workloads));

    internal static void Native(JsonObject spec)
    {
        spec["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true };
        spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true };
        spec["masquerading"] = new JsonObject { ["mode"] = "BPF" };
    }

    internal static bool IsNetworked(JsonObject pod) => (bool?)pod["spec"]!["hostNetwork"] != true;

    internal static IReadOnlyList<string> Traces(ScenarioCluster cluster, string node) => cluster.Living.Host<IReadOnlyList<string>>(node, host =>
    [
        .. host.Links.Keys.Where(l => l is "flannel.1" or "cni0"),
        .. host.Chains.Where(c => c.Name.StartsWith("FLANNEL", StringComparison.Ordinal) || c.Name.StartsWith("KUBE-SVC", StringComparison.Ordinal)).Select(c => c.Name),
        .. host.Files.Keys.Where(f => f.Contains("flannel", StringComparison.Ordinal) && !f.StartsWith("/var/lib/netprofile", StringComparison.Ordinal) && !f.EndsWith(".cilium_bak", StringComparison.Ordinal)),
    ]);
}
