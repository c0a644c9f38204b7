using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;
using NetProfile.SimulatedCluster;

namespace NetProfile.Operator.Scenarios.NetworkProfiles;

/// <summary>Cilium came beside a Flannel that a person keeps: the pods that Flannel serves are made again, and nobody is cut off on the way.</summary>
public sealed class UnmanagedPodsTests
{
    private readonly WarpTimeProvider _clock = new();

    [Fact]
    public async Task Pods_of_every_kind_are_moved_DNS_first_and_never_two_of_one_owner_at_a_time()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "web", 3), PodHistory.Workload("StatefulSet", "db", 3), PodHistory.Workload("DaemonSet", "log", 3));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);

        var profile = await PassUntilAsync(cluster, p => Reason(p) == "AllManaged");

        Assert.Equal("True", (string?)ScenarioCluster.Condition(profile, "Ready")!["status"]);
        Assert.Null(profile["status"]!["pods"]);
        var taken = PodHistory.Taken(cluster);
        Assert.Equal(11, taken.Count);
        Assert.All(taken.Take(2), name => Assert.StartsWith("coredns", name, StringComparison.Ordinal));
        Assert.Equal(["db-2", "db-1", "db-0"], taken.Where(name => name.StartsWith("db", StringComparison.Ordinal)));
        foreach (var (owner, count) in new[] { ("coredns", 2), ("web", 3), ("db", 3), ("log", 3) })
        {
            Assert.True(PodHistory.LeastReady(cluster, owner, count) >= count - 1, $"two pods of {owner} were away at a time");
        }
    }

    [Fact]
    public async Task A_budget_that_forbids_it_is_named_and_kept_and_its_pods_go_on_once_it_allows()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "web", 2), PodHistory.Workload("Deployment", "api", 1), """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web, namespace: default}
            spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
            """);
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);

        var profile = await PassUntilAsync(cluster, p => Reason(p) == "EvictionBlocked");

        Assert.All(["Deployment default/web", "PodDisruptionBudget default/web forbids it", "needs 2 healthy pods and has 2"], word => Assert.Contains(word, Message(profile), StringComparison.Ordinal));
        Assert.Equal("PodDisruptionBudget default/web", (string?)profile["status"]!["pods"]!["refused"]![0]!["by"]);
        Assert.Equal("EvictionBlocked", (string?)ScenarioCluster.Condition(profile, "Ready")!["reason"]);
        Assert.Equal(["api", "coredns", "coredns"], PodHistory.Taken(cluster).Select(name => name.Split('-')[0]).Order());

        cluster.Store.Modify("poddisruptionbudgets.policy", "default", "web", budget => budget["spec"]!["minAvailable"] = 1);
        await PassUntilAsync(cluster, p => Reason(p) == "AllManaged");
        Assert.True(PodHistory.LeastReady(cluster, "web", 2) >= 1);
        Assert.DoesNotContain(cluster.Living.Api.Requests.Writes, r => r.Verb == "delete" && r.Resource == "pods");
    }

    [Fact]
    public async Task A_webhook_without_a_backend_is_named_and_the_move_goes_on_when_it_is_back()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "web", 1), PodHistory.Workload("Deployment", "api", 2));
        var broken = cluster.Living.Api.Faults.Fail(new FaultTarget("create", "pods/eviction"), 500, "InternalError",
            "Internal error occurred: failed calling webhook \"guard.example.com\": failed to call webhook: Post \"https://guard.guard.svc:443/pods?timeout=10s\": dial tcp 10.96.3.4:443: connect: connection refused");
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);

        var profile = await PassUntilAsync(cluster, p => p["status"]!["pods"]?["refused"] is not null);
        Assert.Contains("admission webhook guard.example.com can't be asked", (string)profile["status"]!["pods"]!["refused"]![0]!["message"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(PodHistory.Taken(cluster), name => !name.StartsWith("coredns", StringComparison.Ordinal));

        broken.Dispose();
        await PassUntilAsync(cluster, p => Reason(p) == "AllManaged");
    }

    [Fact]
    public async Task Bare_pods_are_named_and_left_until_the_profile_allows_to_delete_them()
    {
        await using var cluster = await StartAsync(Bare("by-hand"));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);

        var profile = await PassUntilAsync(cluster, p => Reason(p) == "BarePods");
        Assert.Contains("default/by-hand", Message(profile), StringComparison.Ordinal);
        Assert.NotNull(cluster.Store.Get("pods", "default", "by-hand"));

        cluster.Annotate("netprofile.io/bare-pods", "Delete");
        await PassUntilAsync(cluster, p => Reason(p) == "AllManaged");
        Assert.Null(cluster.Store.Get("pods", "default", "by-hand"));
    }

    [Fact]
    public async Task A_pod_that_a_finalizer_holds_is_named_with_it_and_holds_up_nobody_else()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "held", 1), PodHistory.Workload("Deployment", "web", 2));
        var held = PodHistory.Pods(cluster).Single(pod => PodHistory.AppOf(pod) == "held");
        cluster.Store.Modify("pods", "default", (string)held["metadata"]!["name"]!, pod => pod["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster);

        var profile = await PassUntilAsync(cluster, p => Message(p).Contains("is held by finalizer example.com/hold", StringComparison.Ordinal));
        await PassUntilAsync(cluster, p => !Message(p).Contains("default/web", StringComparison.Ordinal));

        cluster.Store.Modify("pods", "default", (string)held["metadata"]!["name"]!, pod => pod["metadata"]!.AsObject().Remove("finalizers"));
        await PassUntilAsync(cluster, p => Reason(p) == "AllManaged");
    }

    [Fact]
    public async Task Where_pods_are_only_observed_they_are_named_and_stay()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "web", 2));
        await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
        Create(cluster, spec => spec["unmanagedPods"] = "Observe");

        var profile = await PassUntilAsync(cluster, p => Reason(p) == "UnmanagedPods");

        Assert.Contains("spec.unmanagedPods is Observe", Message(profile), StringComparison.Ordinal);
        Assert.Contains("default/web-", Message(profile), StringComparison.Ordinal);
        Assert.Empty(PodHistory.Taken(cluster));
    }

    [Fact]
    public async Task An_operator_that_ends_in_the_middle_is_followed_by_one_that_ends_the_work()
    {
        await using var cluster = await StartAsync(PodHistory.Workload("Deployment", "web", 3), PodHistory.Workload("StatefulSet", "db", 2));
        Create(cluster);
        for (var alive = 1; ; alive++)
        {
            await using var @operator = await InProcessOperator.StartAsync(cluster, _clock);
            var profile = await PassUntilAsync(cluster, p => Reason(p) == "AllManaged" || PodHistory.Taken(cluster).Count >= 2 * alive);
            if (Reason(profile) == "AllManaged")
            {
                Assert.InRange(alive, 2, 5);
                break;
            }
        }

        Assert.Equal(7, PodHistory.Taken(cluster).Count);
        Assert.True(PodHistory.LeastReady(cluster, "web", 3) >= 2);
        Assert.True(PodHistory.LeastReady(cluster, "db", 2) >= 1);
    }

    /// <summary>Flannel runs and serves these and the cluster's DNS.</summary>
    private async Task<ScenarioCluster> StartAsync(params string[] manifests)
    {
        var cluster = await ScenarioCluster.StartAsync(change: builder =>
            manifests.Aggregate(builder.WithFlannel().WithCoreDns().WithTime(_clock), (b, manifest) => b.With(manifest)));
        await cluster.StoreAsync("pods", _ => PodHistory.AreAllReady(cluster));
        cluster.Living.SetTimings(timings => timings with { PodStop = TimeSpan.FromSeconds(1), ContainerReady = TimeSpan.FromSeconds(1) });
        return cluster;
    }

    private static void Create(ScenarioCluster cluster, Action<JsonObject>? change = null) => cluster.CreateProfile(change: spec =>
    {
        spec["previousCNI"] = new JsonObject { ["kind"] = "None" };
        spec["routing"] = new JsonObject { ["mode"] = "Tunnel", ["tunnelPort"] = 8473 };
        change?.Invoke(spec);
    });

    private Task<JsonObject> PassUntilAsync(ScenarioCluster cluster, Func<JsonObject, bool> holds) => Passing.UntilAsync(cluster, _clock, holds);

    private static string Reason(JsonObject profile) => (string?)ScenarioCluster.Condition(profile, "PodsManaged")?["reason"] ?? "";

    private static string Message(JsonObject profile) => (string?)ScenarioCluster.Condition(profile, "PodsManaged")?["message"] ?? "";

    private static string Bare(string name) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: default, labels: {app: {{name}} } }
        spec: {containers: [{name: main, image: "example.com/{{name}}:1"}]}
        """;
}
