using NetProfile.Crds.NetworkProfiles;
using NetProfile.NetworkProfiles.Pods;
using Xunit;
using static NetProfile.Operator.Tests.NetworkProfiles.Pods.Given;

namespace NetProfile.Operator.Tests.NetworkProfiles.Pods;

/// <summary>Which pods of the old network go now, and what the others wait for.</summary>
public sealed class PodMovePlannerTests
{
    private PodMoveOptions _options = new() { MayMove = true, Nodes = 3 };

    [Fact]
    public void Nothing_is_left_to_do_once_Cilium_has_every_pod()
    {
        var plan = Plan(Census("Deployment/web-1"));

        Assert.True(plan.IsDone);
        Assert.Empty(plan.Now);
    }

    [Fact]
    public void Pods_of_the_clusters_DNS_go_first_one_after_the_other_and_all_others_wait()
    {
        var plan = Plan(Census("Deployment/coredns-1 old dns", "Deployment/coredns-2 old dns", "Deployment/web-1 old", "StatefulSet/db-0 old"));

        Assert.Equal(["coredns-1"], Names(plan));
        Assert.All(["Deployment default/web (1 pods) waits for the cluster's DNS", "StatefulSet default/db (1 pods) waits for the cluster's DNS"], text => Assert.Contains(plan.Waiting, w => w.StartsWith(text, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Deployment/coredns-1 dns unready", "Deployment/coredns-2 dns")]
    [InlineData("Deployment/coredns-1 dns unready unscheduled", "Deployment/coredns-2 dns")]
    [InlineData("Deployment/coredns-1 dns", "Deployment/coredns-2 dns old ending")]
    public void Others_wait_until_every_DNS_pod_is_Ciliums_and_ready(string first, string second)
    {
        Assert.Empty(Plan(Census(first, second, "Deployment/web-1 old")).Now);
        Assert.Equal(["web-1"], Names(Plan(Census("Deployment/coredns-1 dns", "Deployment/coredns-2 dns", "Deployment/web-1 old"))));
    }

    [Fact]
    public void A_DNS_pod_that_has_not_been_made_again_is_waited_for_and_one_on_a_node_that_is_down_is_not()
    {
        Assert.Empty(Plan(Census("Deployment/coredns-1 dns", "Deployment/web-1 old").Wanting("coredns", 2)).Now);
        Assert.Equal(["web-1"], Names(Plan(Census("Deployment/coredns-1 dns", "Deployment/coredns-2 dns unready down", "Deployment/web-1 old"))));
    }

    [Fact]
    public void Of_each_owner_one_pod_goes_at_a_time_and_of_many_a_tenth()
    {
        var plan = Plan(Census([.. Enumerable.Range(1, 3).Select(n => $"Deployment/web-{n} old"), .. Enumerable.Range(1, 20).Select(n => $"Deployment/big-{n} old")]));

        Assert.Equal([("big", 2), ("web", 1)], Names(plan).CountBy(n => n[..3]).Select(g => (g.Key, g.Value)));
    }

    [Fact]
    public void The_next_one_waits_until_the_one_before_it_is_there_and_ready()
    {
        var unready = Plan(Census("Deployment/web-1 unready", "Deployment/web-2 old"));
        Assert.Empty(unready.Now);
        Assert.Equal("Deployment default/web (1 pods) waits until default/web-1 is ready", Assert.Single(unready.Waiting));

        var missing = Plan(Census("Deployment/web-2 old").Wanting("web", 2));
        Assert.Empty(missing.Now);
        Assert.Contains("1 pods that are missing", Assert.Single(missing.Waiting), StringComparison.Ordinal);

        Assert.Equal(["web-2"], Names(Plan(Census("Deployment/web-1", "Deployment/web-2 old"))));
    }

    [Fact]
    public void A_pod_that_serves_nobody_goes_before_those_that_do() =>
        Assert.Equal(["web-2"], Names(Plan(Census("Deployment/web-1 old", "Deployment/web-2 old unready", "Deployment/web-3 old"))));

    [Fact]
    public void Pods_of_a_StatefulSet_go_one_at_a_time_from_the_highest_ordinal()
    {
        Assert.Equal(["db-10"], Names(Plan(Census([.. Enumerable.Range(0, 11).Select(n => $"StatefulSet/db-{n} old")]))));
        Assert.Empty(Plan(Census("StatefulSet/db-0 old", "StatefulSet/db-1 unready")).Now);
        Assert.Empty(Plan(Census("StatefulSet/db-0 old").Wanting("db", 2)).Now);
    }

    [Fact]
    public void A_StatefulSets_pod_that_is_cut_off_goes_without_waiting_because_it_holds_up_its_own_set()
    {
        Assert.Equal(["db-0"], Names(Plan(Census("StatefulSet/db-0 old unready").Wanting("db", 3))));
        Assert.Equal(["db-1"], Names(Plan(Census("StatefulSet/db-0 old unready", "StatefulSet/db-1 old unready", "StatefulSet/db-2 unready"))));
    }

    [Fact]
    public void A_DaemonSet_does_not_wait_for_its_pods_on_nodes_that_are_down()
    {
        Assert.Equal(["log-2"], Names(Plan(Census("DaemonSet/log-1", "DaemonSet/log-2 old", "DaemonSet/log-3 unready down"))));
        Assert.Empty(Plan(Census("DaemonSet/log-1 unready", "DaemonSet/log-2 old")).Now);
    }

    [Fact]
    public void Bare_pods_are_left_until_that_is_allowed_and_static_ones_always()
    {
        var plan = Plan(Census("by-hand old", "DaemonSet/static-1 old static"));
        Assert.Empty(plan.Now);
        Assert.True(plan.OnlyLeft);
        Assert.Equal(["by-hand", "static-1"], plan.Left.Select(p => p.Name).Order());

        _options = _options with { AllowBare = true };
        Assert.Equal(["by-hand"], Names(Plan(Census("by-hand old", "DaemonSet/static-1 old static"))));
    }

    [Fact]
    public void What_was_refused_is_named_and_tried_again_after_half_a_minute_while_others_go_on()
    {
        var census = Census("Deployment/api-1 old", "Deployment/web-1 old");
        var refusal = new RefusedPod { Owner = "Deployment default/api", Pod = "default/api-1", By = "PodDisruptionBudget default/api", Message = "PodDisruptionBudget default/api forbids it", At = Now.AddSeconds(-29) };

        var plan = Plan(census, refusal);
        Assert.Equal(["web-1"], Names(plan));
        Assert.Equal("Deployment default/api (default/api-1): PodDisruptionBudget default/api forbids it", Assert.Single(plan.Blocked));

        plan = Plan(census, refusal with { At = Now.AddSeconds(-30) });
        Assert.Equal(["api-1", "web-1"], Names(plan));
        Assert.Equal(["web-1"], plan.New.Select(p => p.Name));
        Assert.Empty(Plan(Census("Deployment/api-1"), refusal).Refused);
    }

    [Fact]
    public void A_pod_held_by_a_finalizer_is_named_and_holds_up_no_other_owner()
    {
        var plan = Plan(Census("Deployment/held-1 old stuck", "Deployment/web-1 old"));

        Assert.Contains("default/held-1 should have ended by 11:55:00 UTC and is held by finalizer example.com/hold", Assert.Single(plan.Blocked), StringComparison.Ordinal);
        Assert.Equal(["web-1"], Names(plan));
        Assert.False(plan.IsDone);
    }

    [Fact]
    public void A_bare_pod_held_by_a_finalizer_is_named_too() =>
        Assert.Contains("default/tool should have ended by 11:55:00 UTC and is held by finalizer example.com/hold", Assert.Single(Plan(Census("tool old stuck")).Blocked), StringComparison.Ordinal);

    [Fact]
    public void In_the_whole_cluster_no_more_pods_are_in_flight_than_it_has_nodes_or_ten()
    {
        var census = Census([.. Enumerable.Range(1, 40).Select(n => $"Deployment/web{n}-1 old")]);
        Assert.Equal(10, Plan(census).Now.Count);
        Assert.Equal(4, Plan(census with { InFlight = 6 }).Now.Count);
        Assert.Single(Plan(census with { InFlight = 600 }).Now);
        _options = _options with { Nodes = 30 };
        Assert.Equal(30, Plan(census).Now.Count);
    }

    [Fact]
    public void Nothing_goes_while_that_is_not_allowed()
    {
        _options = _options with { MayMove = false, AllowBare = true };

        var plan = Plan(Census("Deployment/web-1 old", "by-hand old"));

        Assert.Empty(plan.Now);
        Assert.Equal(2, plan.Unmanaged);
    }

    [Fact]
    public void When_all_are_cut_off_they_are_deleted_all_at_once_DNS_before_the_others()
    {
        _options = _options with { Mode = PodMoveMode.Delete };

        var plan = Plan(Census([.. Enumerable.Range(1, 30).Select(n => $"Deployment/app-{n} old"), "StatefulSet/db-0 old", "StatefulSet/db-1 old", "Deployment/coredns-1 old dns", "by-hand old", "Deployment/app-99 old ending"]));

        Assert.Equal("coredns-1", Names(plan)[0]);
        Assert.Equal(33, plan.Now.Count);
        Assert.Equal(["by-hand"], plan.Left.Select(p => p.Name));
    }

    private static List<string> Names(PodMovePlan plan) => [.. plan.Now.Select(p => p.Name)];

    private PodMovePlan Plan(PodCensus census, params RefusedPod[] refused) => PodMovePlanner.Plan(census, refused, _options, Now);
}
