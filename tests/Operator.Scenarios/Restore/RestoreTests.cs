using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Restore;

/// <summary>From wherever a migration stands, the old network comes back as it was.</summary>
public sealed class RestoreTests
{
    [Theory]
    [InlineData("Overlap", "backed up", 4)]
    [InlineData("Overlap", "beside", 4)]
    [InlineData("Overlap", "moved", 3)]
    [InlineData("Overlap", "parked", 4)]
    [InlineData("Overlap", "cleaned", 4)]
    [InlineData("Overlap", "final values", 4)]
    [InlineData("Overlap", "finished", 4)]
    [InlineData("Recreate", "backed up", 4)]
    [InlineData("Recreate", "parked", 3)]
    [InlineData("Recreate", "cleaned", 4)]
    [InlineData("Recreate", "beside", 4)]
    [InlineData("Recreate", "finished", 4)]
    public async Task The_old_network_comes_back_from_every_boundary_as_it_was(string strategy, string boundary, int helm)
    {
        await using var cluster = await MigratingCluster.StartAsync(helm);
        var before = ClusterPicture.Take(cluster);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: strategy == "Overlap" ? MigratingCluster.Overlap : MigratingCluster.Recreate);
        await MigratingCluster.ReachAsync(cluster, boundary);

        MigratingCluster.Ask(cluster, "restore", "1");
        var profile = await MigratingCluster.RestoredAsync(cluster);

        Assert.Equal("Restored", (string?)ScenarioCluster.Condition(profile, "Stalled")!["reason"]);
        ClusterPicture.AssertSame(before, ClusterPicture.Take(cluster));
        Assert.All(MigratingCluster.NetworkedPods(cluster), pod => Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Living.Reachability(), pair => pair.Reach != SimulatedCluster.Actors.Datapath.Reach.Reached);
        Assert.Empty(cluster.Revisions());
        Assert.StartsWith("the old network is coming back", (string?)profile["status"]!["lastHandledAction"]!["outcome"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("canal")]
    [InlineData("dual stack")]
    [InlineData("host-gw")]
    [InlineData("a Helm release")]
    public async Task Whatever_Flannel_it_was_the_cluster_is_as_before(string network)
    {
        await using var cluster = await MigratingCluster.StartAsync(network: network);
        var before = ClusterPicture.Take(cluster);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            MigratingCluster.Overlap(spec);
            if (network == "dual stack")
            {
                spec["ipam"]!["ipv6PodCIDRs"] = new JsonArray("fd00:10:245::/104");
            }
        });
        await cluster.ReadyAsync();
        Assert.DoesNotContain(cluster.Store.List(MigratingCluster.DaemonSets), set => set["spec"]!.ToJsonString().Contains("flannel", StringComparison.Ordinal));

        MigratingCluster.Ask(cluster, "restore", "1");
        await MigratingCluster.RestoredAsync(cluster);

        ClusterPicture.AssertSame(before, ClusterPicture.Take(cluster));
        Assert.All(MigratingCluster.NetworkedPods(cluster), pod => Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Living.Reachability(), pair => pair.Reach != SimulatedCluster.Actors.Datapath.Reach.Reached);
    }

    [Fact]
    public async Task A_person_is_told_what_cannot_come_back_may_think_again_and_may_begin_anew_afterwards()
    {
        const string bare = "{apiVersion: v1, kind: Pod, metadata: {name: lonely, namespace: default}, spec: {containers: [{name: a, image: a}]}}";
        await using var cluster = await MigratingCluster.StartAsync(change: builder => builder.With(bare));
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            MigratingCluster.Overlap(spec);
            spec["approval"] = "Disruptive";
        });
        cluster.Annotate("netprofile.io/bare-pods", "Delete");
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval"));
        await cluster.ReadyAsync();
        cluster.Store.Create("ciliumnetworkpolicies.cilium.io", JsonNode.Parse("""{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"mine","namespace":"default"},"spec":{}}""")!.AsObject());
        cluster.Store.Create("pods", JsonNode.Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"lonely","namespace":"default"},"spec":{"containers":[{"name":"a","image":"a"}]}}""")!.AsObject());

        MigratingCluster.Ask(cluster, "restore", "1");
        var waiting = await cluster.ConditionAsync("Ready", "False", "Restoring");
        var message = (string)ScenarioCluster.Condition(waiting, "PlanApproved")!["message"]!;
        Assert.All(["outage", "default/lonely", "9 definitions of Cilium's that weren't there before, with ", "3 CiliumNode", "stays with its definitions: 1 CiliumNetworkPolicy", "netprofile.io/approved-plan=", "netprofile.io/action-"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Equal("Outage", (string?)waiting["status"]!["plan"]!["disruption"]);
        Assert.Equal("2 deployed", cluster.Revisions()[^1]);

        MigratingCluster.Withdraw(cluster);
        await cluster.ReadyAsync();

        MigratingCluster.Ask(cluster, "restore", "2");
        cluster.Approve(await cluster.UntilAsync(p => (string?)ScenarioCluster.Condition(p, "Ready")?["reason"] == "Restoring", "Restoring again"));
        var restored = await MigratingCluster.RestoredAsync(cluster);
        Assert.Empty(cluster.Revisions());
        Assert.Equal(["ciliumnetworkpolicies.cilium.io"], Definitions(cluster));
        Assert.NotNull(cluster.Store.Get("ciliumnetworkpolicies.cilium.io", "default", "mine"));
        Assert.Contains("kubectl delete crd ciliumnetworkpolicies.cilium.io", (string?)ScenarioCluster.Condition(restored, "Ready")!["message"], StringComparison.Ordinal);

        MigratingCluster.Ask(cluster, "retry", "3");
        cluster.Approve(await cluster.ConditionAsync("PlanApproved", "False", "ApprovalOutdated"));
        await MigratingCluster.ReachAsync(cluster, "beside");
    }

    [Fact]
    public async Task A_node_that_is_down_is_not_waited_for_and_is_cleaned_when_it_is_back()
    {
        await using var cluster = await MigratingCluster.StartAsync();
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: MigratingCluster.Overlap);
        await cluster.ReadyAsync();
        cluster.Living.ChangeHost("node3", host => host.Knobs.Unreachable = true);
        await cluster.StoreAsync("nodes", store => store.Get("nodes", null, "node3")!["status"]!.ToJsonString().Contains("NodeStatusUnknown", StringComparison.Ordinal));

        MigratingCluster.Ask(cluster, "restore", "1");
        var profile = await cluster.ConditionAsync("Ready", "False", "Restored");
        Assert.Contains("Not yet cleaned, because nothing is heard of them: node3", (string?)ScenarioCluster.Condition(profile, "Ready")!["message"], StringComparison.Ordinal);
        Assert.True(cluster.Living.Host("node3", host => host.Links.ContainsKey("cilium_host")));

        cluster.Living.ChangeHost("node3", host => host.Knobs.Unreachable = false);
        await MigratingCluster.RestoredAsync(cluster);
        Assert.False(cluster.Living.Host("node3", host => host.Links.ContainsKey("cilium_host")));
        Assert.EndsWith("10-flannel.conflist", cluster.Living.Host("node3", host => host.ActiveCniConf), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_node_by_node_that_is_turned_round_half_way_leaves_no_mark_on_any_node()
    {
        await using var cluster = await MigratingCluster.StartAsync();
        cluster.Patience = TimeSpan.FromMinutes(4);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: spec =>
        {
            MigratingCluster.Overlap(spec);
            spec["previousCNI"] = new JsonObject { ["strategy"] = "NodeByNode" };
        });
        await cluster.StoreAsync("nodes", store => store.List("nodes").Any(n => n["metadata"]!["labels"]!["netprofile.io/migrated"] is not null));

        MigratingCluster.Ask(cluster, "restore", "1");
        await MigratingCluster.RestoredAsync(cluster);

        Assert.Empty(Definitions(cluster));
        Assert.All(cluster.Store.List("nodes"), node =>
        {
            Assert.Null(node["metadata"]!["labels"]!["netprofile.io/migrated"]);
            Assert.NotEqual(true, (bool?)node["spec"]!["unschedulable"]);
        });
        Assert.All(MigratingCluster.NetworkedPods(cluster), pod => Assert.StartsWith("10.244.", (string?)pod["status"]!["podIP"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_budget_that_forbids_an_eviction_is_named_and_the_way_back_goes_on_without_it()
    {
        await using var cluster = await MigratingCluster.StartAsync();

        // A refusal is believed for half a minute before it is tried again.
        cluster.Patience = TimeSpan.FromMinutes(4);
        var clock = new WarpTimeProvider();
        await using var agents = NodeAgents.Start(cluster, clock);
        await using var @operator = await InProcessOperator.StartAsync(cluster, clock);
        await using var time = Passing.Start(cluster, clock);
        cluster.CreateProfile(change: MigratingCluster.Overlap);
        await cluster.ReadyAsync();
        cluster.Store.Create("poddisruptionbudgets.policy", JsonNode.Parse("""
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web","namespace":"default"},"spec":{"minAvailable":3,"selector":{"matchLabels":{"app":"web"}}}}
            """)!.AsObject());

        MigratingCluster.Ask(cluster, "restore", "1");
        var stalled = await cluster.ConditionAsync("Stalled", "True", "RestoreBlocked");
        Assert.Contains("PodDisruptionBudget default/web forbids it", (string?)ScenarioCluster.Condition(stalled, "Stalled")!["message"], StringComparison.Ordinal);

        cluster.Store.Delete("poddisruptionbudgets.policy", "default", "web");
        await MigratingCluster.RestoredAsync(cluster);
    }

    [Fact]
    public async Task Where_there_is_no_backup_the_answer_says_so_and_the_network_stays_as_it_is()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();

        MigratingCluster.Ask(cluster, "restore", "1");
        var profile = await cluster.UntilAsync(p => p["status"]!["lastHandledAction"] is not null, "an answer");

        Assert.StartsWith("refused: there is no backup", (string?)profile["status"]!["lastHandledAction"]!["outcome"], StringComparison.Ordinal);
        await cluster.ReadyAsync();
        Assert.Equal(["1 deployed"], cluster.Revisions());
    }

    private static IEnumerable<string> Definitions(ScenarioCluster cluster) =>
        cluster.Store.List("customresourcedefinitions.apiextensions.k8s.io").Select(d => (string)d["metadata"]!["name"]!).Where(name => name.EndsWith(".cilium.io", StringComparison.Ordinal));
}
