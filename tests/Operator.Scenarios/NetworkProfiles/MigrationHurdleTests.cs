using System.Text.Json.Nodes;
using NetProfile.Kubernetes.Client;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.Processes;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>What stands in the way of a migration, or comes in its middle: it is named, waited for or counted, and the way goes on from there.</summary>
public sealed class MigrationHurdleTests
{
    /// <summary>What a person does there leaves a network of which nothing runs and in which pods live.</summary>
    [Theory]
    [InlineData("k3s", "Overlap")]
    [InlineData("k3s", "Recreate")]
    [InlineData("rke2", "Overlap")]
    public async Task Where_the_distribution_runs_Flannel_it_is_left_alone_until_a_person_has_switched_it_off_and_then_the_way_is_gone_to_its_end(string distribution, string strategy)
    {
        await using var run = await MigrationRun.StartAsync(builder => distribution == "k3s" ? builder.WithK3s() : builder.WithRke2());
        await run.StartOperatorAsync();
        run.CreateProfile(spec =>
        {
            spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = false };
            spec["masquerading"] = new JsonObject { ["mode"] = "IPTables" };
            spec["previousCNI"] = new JsonObject { ["strategy"] = strategy };
            if (strategy == "Recreate")
            {
                spec["ipam"] = new JsonObject { ["mode"] = "Kubernetes" };
            }
        });
        var refused = await run.ConditionAsync("PreflightPassed", "False", "PlatformActionNeeded");
        string[] words = distribution == "k3s"
            ? ["flannel-backend: none", "--flannel-backend=none --disable-network-policy", "systemctl restart k3s", "k3s-agent"]
            : ["kube-system/rke2-canal", "cni: none", "/etc/rancher/rke2/config.yaml", "delete helmchart rke2-canal", "restart rke2-server"];
        Assert.All(words, word => Assert.Contains(word, (string)ScenarioCluster.Condition(refused, "PreflightPassed")!["message"]!, StringComparison.Ordinal));
        Assert.Empty(run.Cluster.Revisions());
        Assert.Empty(run.Log.Lost);

        SwitchOff(run, distribution);
        var profile = await run.ReadyAsync();

        MigrationMatrixTests.AssertMigrated(run, keepsKubeProxy: true);
        Assert.Empty(run.Log.Masqueraded);
        if (strategy == "Recreate")
        {
            MigrationMatrixTests.AssertOutageIsTold(run, profile);
            Assert.Single(run.Cluster.Revisions());
        }
        else
        {
            Assert.Empty(run.Log.Lost);
            Assert.Equal(2, run.Cluster.Revisions().Count);
        }
    }

    private static void SwitchOff(MigrationRun run, string distribution)
    {
        if (distribution == "k3s")
        {
            run.Cluster.Living.RestartK3sWithoutFlannel();
            return;
        }

        run.Cluster.Store.Delete("helmcharts.helm.cattle.io", "kube-system", "rke2-canal");
        run.Cluster.Store.Delete("daemonsets.apps", "kube-system", "rke2-canal");
    }

    [Fact]
    public async Task On_rke2_the_configuration_of_the_servers_is_said_and_nothing_is_touched()
    {
        await using var run = await MigrationRun.StartAsync(builder => builder.WithRke2());
        await run.StartOperatorAsync();
        run.CreateProfile(spec => spec["kubeProxyReplacement"] = new JsonObject { ["enabled"] = false });

        var profile = await run.ConditionAsync("PreflightPassed", "False", "PlatformActionNeeded");

        var message = (string)ScenarioCluster.Condition(profile, "PreflightPassed")!["message"]!;
        Assert.All(["kube-system/rke2-canal", "cni: none", "/etc/rancher/rke2/config.yaml", "restart rke2-server"], word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Empty(run.Cluster.Revisions());
        Assert.Null(run.Cluster.Store.Get("daemonsets.apps", "kube-system", "rke2-canal")!["spec"]!["template"]!["spec"]!["nodeSelector"]);
        Assert.Empty(run.Log.Lost);
    }

    [Fact]
    public async Task A_budget_that_forbids_eviction_holds_the_way_up_with_its_name_and_nobody_is_cut_off_meanwhile()
    {
        await using var run = await FlannelAsync();
        run.Cluster.Living.Create(NoDisruption);
        await run.StartOperatorAsync();
        run.CreateProfile();
        await run.UntilAsync(p => Says(p, "PodDisruptionBudget shop/web forbids it"), "the budget's name");
        Assert.False(IsParked(run));

        run.Cluster.Store.Delete("poddisruptionbudgets.policy", "shop", "web");
        await run.ReadyAsync();

        AssertMigratedWithoutAGap(run);
    }

    [Theory]
    [InlineData("Overlap")]
    [InlineData("NodeByNode")]
    public async Task A_pod_that_a_finalizer_holds_is_named_and_the_old_network_stays_for_it(string strategy)
    {
        await using var run = await FlannelAsync();
        run.Cluster.Store.Modify("pods", "shop", "bare", pod => pod["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        await run.StartOperatorAsync();
        run.CreateProfile(spec => spec["previousCNI"] = new JsonObject { ["strategy"] = strategy });
        await run.UntilAsync(p => Says(p, "is held by finalizer example.com/hold"), "the finalizer's name");
        Assert.False(IsParked(run));

        run.Cluster.Store.Modify("pods", "shop", "bare", pod => pod["metadata"]!.AsObject().Remove("finalizers"));
        await run.ReadyAsync();

        AssertMigratedWithoutAGap(run, pods: 7);
    }

    /// <summary>The API server asks it of evictions, and nobody answers.</summary>
    [Fact]
    public async Task A_webhook_whose_backend_is_down_delays_and_is_told_with_its_own_words()
    {
        await using var run = await FlannelAsync();
        var fault = run.Cluster.Living.Api.Faults.Fail(new FaultTarget("create", "pods/eviction"), 500, "InternalError", WebhookDown);
        await run.StartOperatorAsync();
        run.CreateProfile();
        await run.UntilAsync(p => Says(p, "pods.policy.example.com"), "the webhook's name");

        fault.Dispose();
        await run.ReadyAsync();

        AssertMigratedWithoutAGap(run);
    }

    /// <summary>Pods that are cut off are deleted, which no budget holds up; what else may is told.</summary>
    [Fact]
    public async Task In_Recreate_no_budget_keeps_a_pod_without_a_network_and_a_webhook_that_is_down_and_a_finalizer_are_told()
    {
        await using var run = await FlannelAsync();
        run.Cluster.Living.Create(NoDisruption);
        run.Cluster.Store.Modify("pods", "shop", "bare", pod => pod["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        var fault = run.Cluster.Living.Api.Faults.Fail(new FaultTarget("delete", "pods", UserAgent: "netprofile"), 500, "InternalError", WebhookDown);
        await run.StartOperatorAsync();
        run.CreateProfile(Recreate);
        await run.UntilAsync(p => Says(p, "pods.policy.example.com"), "the webhook's name");
        Assert.True(Says(run.Cluster.Profile()!, "pods are without a network since "), run.Cluster.Profile()!["status"]!.ToJsonString());

        fault.Dispose();
        await run.UntilAsync(p => Says(p, "is held by finalizer example.com/hold"), "the finalizer's name");
        Assert.NotEqual("True", (string?)ScenarioCluster.Condition(run.Cluster.Profile(), "Ready")!["status"]);
        Assert.NotNull(run.Cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds"));

        run.Cluster.Store.Modify("pods", "shop", "bare", pod => pod["metadata"]!.AsObject().Remove("finalizers"));
        MigrationMatrixTests.AssertOutageIsTold(run, await run.ReadyAsync());
        MigrationMatrixTests.AssertMigrated(run, pods: 7);
    }

    [Fact]
    public async Task In_Recreate_a_node_that_joins_during_the_outage_comes_along_and_each_leader_goes_on_where_the_one_before_ended()
    {
        await using var run = await FlannelAsync();
        await run.StartOperatorAsync();
        run.CreateProfile(Recreate);
        await run.UntilAsync(_ => IsParked(run), "Flannel parked");
        run.Cluster.Living.AddNode("node4");
        foreach (var step in (Func<bool>[])[() => true, () => run.Cluster.Store.Get("daemonsets.apps", "kube-system", "cilium") is not null])
        {
            await run.UntilAsync(_ => step(), "a step");
            await run.StopOperatorAsync();
            await run.StartOperatorAsync();
        }

        var profile = await run.ReadyAsync();

        MigrationMatrixTests.AssertMigrated(run);
        MigrationMatrixTests.AssertOutageIsTold(run, profile);
        Assert.NotNull(run.Cluster.Store.Get("ciliumnodes.cilium.io", null, "node4"));
        Assert.Single(run.Cluster.Revisions());
    }

    [Fact]
    public async Task A_node_that_joins_in_the_middle_comes_along()
    {
        await using var run = await FlannelAsync();
        await run.StartOperatorAsync();
        run.CreateProfile();
        await run.UntilAsync(_ => run.Cluster.Store.Get("daemonsets.apps", "kube-system", "cilium") is not null, "Cilium beside Flannel");

        run.Cluster.Living.AddNode("node4");
        await run.ReadyAsync();

        AssertMigratedWithoutAGap(run);
        Assert.NotNull(run.Cluster.Store.Get("ciliumnodes.cilium.io", null, "node4"));
    }

    [Fact]
    public async Task Another_leader_goes_on_where_the_one_before_ended()
    {
        await using var run = await FlannelAsync();
        await run.StartOperatorAsync();
        run.CreateProfile();
        foreach (var step in (Func<bool>[])[() => run.Cluster.Store.Get("daemonsets.apps", "kube-system", "cilium") is not null, () => IsParked(run)])
        {
            await run.UntilAsync(_ => step(), "a step");
            await run.StopOperatorAsync();
            await run.StartOperatorAsync();
        }

        await run.ReadyAsync();

        AssertMigratedWithoutAGap(run);
        Assert.Equal(2, run.Cluster.Revisions().Count);
    }

    /// <summary>As a GitOps controller, or a cron job with kubectl, does it: without force, so that a field that somebody else has taken is a conflict.</summary>
    [Fact]
    public async Task A_profile_that_is_applied_every_ten_seconds_all_the_while_is_fought_over_by_nobody()
    {
        await using var run = await FlannelAsync();
        var clock = TimeProvider.System;
        using var client = new KubernetesClient(ClientConfiguration.Load(new ClientConfigurationOptions { KubeConfig = run.Cluster.Kubeconfig }, new ProcessRunner(clock), clock), clock);
        var profile = new JsonObject
        {
            ["apiVersion"] = "netprofile.io/v1alpha1",
            ["kind"] = "NetworkProfile",
            ["metadata"] = new JsonObject { ["name"] = "cluster", ["annotations"] = new JsonObject { ["netprofile.io/bare-pods"] = "Delete" } },
            ["spec"] = new JsonObject
            {
                ["approval"] = "Auto",
                ["cilium"] = new JsonObject { ["version"] = "1.19.5", ["chart"] = new JsonObject { ["repository"] = run.Cluster.Charts } },
                ["routing"] = new JsonObject { ["mode"] = "Native", ["autoDirectNodeRoutes"] = true },
                ["ipam"] = new JsonObject { ["mode"] = "ClusterPool", ["ipv4PodCIDRs"] = new JsonArray("10.245.0.0/16") },
                ["kubeProxyReplacement"] = new JsonObject { ["enabled"] = true },
                ["masquerading"] = new JsonObject { ["mode"] = "BPF" },
            },
        };
        Task ApplyAsync() => client.SendAsync(HttpMethod.Patch, "/apis/netprofile.io/v1alpha1/networkprofiles/cluster?fieldManager=kubectl", profile, "application/apply-patch+yaml", TestContext.Current.CancellationToken);
        await ApplyAsync();
        await run.StartOperatorAsync();
        var (seconds, applied) = (0, 0);

        await run.ReadyAsync(async () =>
        {
            if (++seconds % 10 == 0)
            {
                await ApplyAsync();
                applied++;
            }
        });

        await ApplyAsync();
        Assert.True(applied >= 2, $"applied {applied} times in {seconds} s");
        var end = run.Cluster.Profile()!;
        Assert.Equal(1, (int?)end["metadata"]!["generation"]);
        var owners = end["metadata"]!["managedFields"]!.AsArray().Where(entry => entry!["fieldsV1"]!["f:spec"] is not null).Select(entry => (string?)entry!["manager"]);
        Assert.Equal(["kubectl"], owners);
        AssertMigratedWithoutAGap(run);
    }

    private const string NoDisruption = """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: shop}
        spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
        """;

    private const string WebhookDown = "Internal error occurred: failed calling webhook \"pods.policy.example.com\": failed to call webhook: Post \"https://policy.example.svc:443/validate\": dial tcp 10.96.7.7:443: connect: connection refused";

    private static bool Says(JsonObject profile, string words) => profile["status"]?["conditions"]?.ToJsonString().Contains(words, StringComparison.Ordinal) == true;

    private static void Recreate(JsonObject spec)
    {
        spec["ipam"] = new JsonObject { ["mode"] = "Kubernetes" };
        spec["previousCNI"] = new JsonObject { ["strategy"] = "Recreate" };
    }

    private static Task<MigrationRun> FlannelAsync() => MigrationRun.StartAsync(builder => builder.WithFlannel().WithKubeProxy());

    private static bool IsParked(MigrationRun run) =>
        run.Cluster.Store.Get("daemonsets.apps", "kube-flannel", "kube-flannel-ds") is not { } set || (int?)set["status"]!["desiredNumberScheduled"] == 0;

    private static void AssertMigratedWithoutAGap(MigrationRun run, int pods = 8)
    {
        MigrationMatrixTests.AssertMigrated(run, pods);
        Assert.Empty(run.Log.Lost);
        Assert.Empty(run.Log.Masqueraded);
    }
}
