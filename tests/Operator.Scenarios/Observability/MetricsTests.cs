using System.Text.Json.Nodes;
using NetProfile.Operator.Scenarios.Support;

namespace NetProfile.Operator.Scenarios.Observability;

/// <summary>/metrics of an operator that works, read strictly.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task A_scrape_tells_what_the_operator_did_and_what_its_profile_says()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile();
        await cluster.ReadyAsync();
        cluster.ChangeSpec(spec => spec["routing"] = new JsonObject { ["mode"] = "Native" });
        await cluster.ConditionAsync("PlanApproved", "False", "AwaitingApproval");
        var seen = await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "AwaitingApproval")));
        var again = await Scrape.PrometheusAsync(@operator.Address);

        // What it did.
        Assert.True(seen["controller_runtime_reconcile_total", ("controller", "networkprofile"), ("result", "requeue_after")] >= 2);
        Assert.Equal(0, seen["controller_runtime_reconcile_errors_total", ("controller", "networkprofile")]);
        Assert.True(seen["controller_runtime_reconcile_time_seconds_count", ("controller", "networkprofile")] >= 2);
        Assert.True(seen["workqueue_adds_total", ("name", "networkprofile")] >= 2);
        Assert.True(seen["workqueue_queue_duration_seconds_count", ("name", "networkprofile")] >= 2);
        Assert.True(seen["workqueue_depth", ("name", "networkprofile")] >= 0);
        Assert.True(seen["workqueue_retries_total", ("name", "networkprofile")] >= 0);
        Assert.Equal(1, seen["netprofile_helm_calls_total", ("verb", "upgrade"), ("outcome", "success")]);
        Assert.Equal(1, seen["netprofile_helm_duration_seconds_count", ("verb", "upgrade"), ("outcome", "success")]);
        Assert.True(seen["rest_client_requests_total", ("verb", "list"), ("code", "200")] > 5);
        Assert.True(seen["rest_client_requests_total", ("verb", "watch"), ("code", "200")] > 3);
        Assert.True(seen["rest_client_requests_total", ("verb", "apply"), ("code", "200")] > 0);
        Assert.True(seen["rest_client_request_duration_seconds_count", ("verb", "get")] > 3);
        Assert.Equal(1, seen["leader_election_master_status", ("name", "netprofile-operator")]);

        // What the profile says.
        Assert.Equal(1, seen["netprofile_condition", ("profile", "cluster"), ("type", "PlanApproved"), ("status", "false")]);
        Assert.Equal(0, seen["netprofile_condition", ("profile", "cluster"), ("type", "PlanApproved"), ("status", "true")]);
        Assert.Equal(1, seen["netprofile_condition_reason", ("type", "PlanApproved"), ("reason", "AwaitingApproval")]);
        Assert.True(seen["netprofile_condition_last_transition_timestamp_seconds", ("type", "PlanApproved")] > 1e9);
        Assert.Equal(1, seen["netprofile_phase", ("phase", "AwaitingApproval")]);
        Assert.Equal(1, seen["netprofile_profile_info", ("version", "1.19.5"), ("mode", "Native"), ("installed_version", "1.19.5")]);
        Assert.Equal(3, seen["netprofile_cluster_nodes"]);
        Assert.Equal(3, seen["netprofile_nodes", ("state", "ready")]);
        Assert.Equal(0, seen["netprofile_nodes", ("state", "unreachable")]);
        Assert.Equal(1, seen["netprofile_helm_revision"]);
        Assert.Equal(3, seen["netprofile_rollout_agents", ("state", "updated")]);
        Assert.Equal(0, seen["netprofile_rollout_frozen"]);
        Assert.Equal(3, seen["netprofile_feature_nodes", ("feature", "Routing"), ("reports", "other")]);
        Assert.Equal(0, seen["netprofile_unmanaged_pods"]);
        Assert.True(seen["netprofile_plan_steps", ("state", "AwaitingApproval")] > 0);

        // The older format holds the same.
        Assert.Equal(seen.Families.Keys.Order(StringComparer.Ordinal), again.Families.Values.Select(f => f.Type == "counter" ? f.Name[..^"_total".Length] : f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_stands_by_tells_nothing_of_profiles()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var leader = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["suspend"] = true);
        await cluster.ConditionAsync("Ready", "False", "Suspended");
        await using var standby = await InProcessOperator.StartAsync(cluster);

        var seen = await Scrape.OpenMetricsAsync(standby.Address);
        Assert.Equal(0, seen["leader_election_master_status"]);
        Assert.DoesNotContain(seen.Samples, s => s.Labels.ContainsKey("profile"));
        await Scrape.UntilAsync(leader.Address, s => s.Has("netprofile_phase", 1, ("phase", "Suspended")));
    }

    [Fact]
    public async Task What_blocks_a_profile_is_counted_by_reason()
    {
        await using var cluster = await ScenarioCluster.StartAsync();
        await using var @operator = await InProcessOperator.StartAsync(cluster);
        cluster.CreateProfile(change: spec => spec["cilium"]!["version"] = "1.3.0");
        await cluster.ConditionAsync("Accepted", "False", "UnknownVersion");
        var seen = await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "Refused")));

        Assert.Equal(1, seen["netprofile_blockers", ("condition", "Accepted"), ("reason", "UnknownVersion")]);

        // What is over is no longer told.
        cluster.ChangeSpec(spec => spec["cilium"]!["version"] = "1.19.5");
        await cluster.ReadyAsync(2);
        var later = await Scrape.UntilAsync(@operator.Address, s => s.Has("netprofile_phase", 1, ("phase", "Ready")));
        Assert.DoesNotContain(later.Samples, s => s.Name == "netprofile_blockers" || s.Labels.Values.Contains("UnknownVersion"));
    }
}
