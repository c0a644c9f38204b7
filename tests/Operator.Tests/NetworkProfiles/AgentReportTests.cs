using NetProfile.Commands;
using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Operator.Tests.Support;
using NetProfile.Plugin.Views;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>One cluster in many states: the status that follows, and what a person reads of it, are held in a file each.</summary>
public sealed class AgentReportTests
{
    public static TheoryData<string> States => [.. ReportedStates.All.Keys];

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_has_its_status_and_its_page(string state)
    {
        var profile = ReportedStates.All[state].Make().Profile();
        var status = profile.Status!;
        var page = Screen.Text(StatusView.Render(profile, ReportedCluster.Now));

        GoldenFile.Check(Repository.Golden("Agents", $"{state}.txt"), $"{ReportedCluster.Text(status)}\n$ kubectl netprofile status\n{page}");
        Assert.Equal(ReportedStates.All[state].Health == "Healthy", status.Conditions!.Single(c => c.Type == "Ready").Status == ConditionStatus.True);
        Assert.DoesNotContain(status.Conditions!, c => c.Message?.Length > 8192);
        Assert.True((status.Nodes!.Notable?.Count ?? 0) <= 20);
    }

    [Fact]
    public void Trouble_is_called_degraded_after_two_minutes_by_the_time_of_the_condition()
    {
        var cluster = ReportedStates.All["controller-failing"].Make();
        cluster.Conditions = new ReportedCluster().Report().Conditions;

        var first = cluster.Report();
        Assert.Equal(("False", "Verifying"), Said(first, "AgentsReady"));
        Assert.Contains(first.Conditions!, c => c.Type == "Reconciling");

        cluster.Conditions = first.Conditions;
        Assert.Equal(("False", "Verifying"), Said(cluster.Report(ReportedCluster.Now.AddSeconds(119)), "AgentsReady"));

        // Nothing is remembered but the conditions: another process says the same.
        var later = cluster.Report(ReportedCluster.Now.AddSeconds(120));
        Assert.Equal(("False", "Degraded"), Said(later, "AgentsReady"));
        Assert.DoesNotContain(later.Conditions!, c => c.Type == "Reconciling");
        Assert.Equal(NetworkProfilePhase.Degraded, later.Phase);
    }

    [Fact]
    public void What_was_measured_before_a_restart_holds_while_a_new_process_asks_around()
    {
        var cluster = new ReportedCluster { IsFirstPass = true, Census = null, Conditions = new ReportedCluster().Report().Conditions }.Change("node3", a => a with { Answer = null });
        Assert.Equal(("True", "NetworkReady"), Said(cluster.Report(ReportedCluster.Now.AddMinutes(1)), "Ready"));

        // Agents that started lately were measured by nobody, and what one of them says counts at once.
        Assert.Equal("Unknown", Said(cluster.Change("node3", a => a with { RunningSince = ReportedCluster.Now.AddSeconds(30) }).Report(ReportedCluster.Now.AddMinutes(1)), "Ready").Status);
        cluster.Change("node3", a => a with { RunningSince = ReportedCluster.Now.AddHours(-1) }).Says("node2", "error dialing backend");
        Assert.Equal("False", Said(cluster.Report(ReportedCluster.Now.AddMinutes(1)), "Ready").Status);

        cluster = new ReportedCluster { Conditions = new ReportedCluster().Report().Conditions }.Change("node3", a => a with { Answer = null });
        Assert.Equal("Unknown", Said(cluster.Report(), "Ready").Status);
    }

    [Fact]
    public void A_rollout_is_hung_after_ten_minutes_without_progress()
    {
        var cluster = ReportedStates.Waiting("ImagePullBackOff");
        cluster.Conditions = [new V1Condition { Type = "AgentsReady", Status = ConditionStatus.False, Reason = "PodsNotReady", Message = "", LastTransitionTime = ReportedCluster.Now.AddMinutes(-9) }];
        Assert.Contains(cluster.Report().Conditions!, c => c.Type == "Reconciling");

        var hung = cluster.Report(ReportedCluster.Now.AddMinutes(2));

        Assert.DoesNotContain(hung.Conditions!, c => c.Type == "Reconciling");
        Assert.Contains("nothing has moved since 2026-01-01 11:51 UTC", hung.Conditions!.Single(c => c.Type == "AgentsReady").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_measurement_of_peers_nothing_is_Ready()
    {
        var status = ReportedStates.AllAgents(new ReportedCluster(), a => a with { Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = null } } }).Report();

        Assert.Equal(("Unknown", "Configured"), Said(status, "RoutingActive"));
        Assert.NotEqual("True", Said(status, "Ready").Status);
    }

    [Fact]
    public void Where_health_checking_is_off_its_daemon_is_missed_by_nobody()
    {
        var cluster = ReportedStates.AllAgents(new ReportedCluster(), a => a with
        {
            MeasuresPeers = false,
            Answer = a.Answer! with { Seen = a.Answer.Seen with { Health = null, HasHealthDaemon = false, Status = a.Answer.Seen.Status! with { ClusterHealth = null } } },
        });

        var status = cluster.Report();

        Assert.Equal(("True", "NetworkReady"), Said(status, "Ready"));
        Assert.Contains("health checking is off", status.Conditions!.Single(c => c.Type == "RoutingActive").Message, StringComparison.Ordinal);
    }

    internal static (string Status, string Reason) Said(NetworkProfileStatus status, string type)
    {
        var condition = status.Conditions!.Single(c => c.Type == type);
        return (condition.Status.ToString(), condition.Reason);
    }
}
