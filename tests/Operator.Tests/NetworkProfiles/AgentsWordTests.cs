using NetProfile.Crds.NetworkProfiles;
using NetProfile.Helm;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Paths;
using NetProfile.NetworkProfiles.Rollouts;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>What the next hop of an upgrade waits for although every pod is ready.</summary>
public sealed class AgentsWordTests
{
    [Fact]
    public void Agents_that_are_well_and_have_measured_that_they_reach_each_other_are_enough() => Assert.Null(Against(new ReportedCluster()));

    [Fact]
    public void A_way_that_was_tried_in_vain_is_named() =>
        Assert.Equal("agents don't reach each other: node2 to node3 (icmp: Connection timed out)", Against(new ReportedCluster().Says("node2", ReportedCluster.Healthy, lost: ["node3"])));

    [Fact]
    public void What_was_measured_before_the_last_agent_started_says_nothing()
    {
        var cluster = new ReportedCluster().Change("node3", agent => agent with { RunningSince = ReportedCluster.Now.AddSeconds(5) });
        Assert.Equal("agents have not measured yet whether they reach each other: node1, node2, node3", Against(cluster));
    }

    [Fact]
    public void An_agent_whose_health_daemon_did_not_answer_is_waited_for()
    {
        var cluster = new ReportedCluster().Change("node1", agent => agent with { Answer = agent.Answer! with { PeersAskedAt = null, Seen = agent.Answer.Seen with { Health = null } } });
        Assert.Equal("agents have not measured yet whether they reach each other: node1", Against(cluster));
    }

    [Fact]
    public void In_a_large_cluster_those_that_measure_are_asked() => Assert.Null(Against(new ReportedCluster(nodes: 60)));

    [Fact]
    public void Where_health_checking_is_off_nobody_is_waited_for()
    {
        var cluster = new ReportedCluster();
        foreach (var node in cluster.Nodes.ToList())
        {
            cluster.Change(node, agent => agent with { MeasuresPeers = false, Answer = agent.Answer! with { PeersAskedAt = null, Seen = agent.Answer.Seen with { Health = null } } });
        }

        Assert.Null(Against(cluster));
    }

    [Fact]
    public void A_node_that_is_down_is_no_fault_of_the_others() =>
        Assert.Null(Against(new ReportedCluster().Says("node1", ReportedCluster.Healthy, lost: ["node3"]).NodeDown("node3")));

    [Fact]
    public void A_single_node_has_nobody_to_reach() => Assert.Null(Against(new ReportedCluster(nodes: 1)));

    [Theory]
    [InlineData(11, "", true)]
    [InlineData(9, "", false)]
    [InlineData(11, "continued:2:", false)]
    public void Trouble_that_lasts_freezes_the_upgrade_with_its_three_choices_until_a_person_says_to_go_on(int minutes, string mark, bool freezes)
    {
        var cluster = new ReportedCluster().Says("node2", ReportedCluster.Healthy.Replace("1.19.6", "1.18.12", StringComparison.Ordinal), lost: ["node3"]);
        var profile = PlannerTests.Profile(PlannerTests.Spec("1.19.6"));
        profile = profile with { Status = new NetworkProfileStatus { Conditions = [ReportedCluster.StandsFor(NetworkProfileConditions.RoutingActive.Type, TimeSpan.FromMinutes(minutes)) with { Reason = NetworkProfileConditions.RoutingActive.PeersUnreachable }] } };
        var seen = cluster.Observed();
        var target = NetworkProfilePlanner.Plan(profile, seen).Desired!;
        HelmRelease Revision(int number, string version, HelmReleaseStatus status) => new()
        {
            Release = target.Release,
            Revision = number,
            Status = status,
            ChartName = "cilium",
            ChartVersion = version,
            LastDeployed = ReportedCluster.Now.AddHours(-1),
            Labels = new HelmMark { Profile = "cluster", Revision = number, ValuesDigest = target.ValuesDigest, ChartDigest = "", Holder = "me" }.ToLabels()
                .Concat(new PlanMark("plan", PlanMark.TargetOf(target), $"Upgrade-{version}").ToLabels()).ToDictionary(),
            Values = target.Values,
        };
        seen = seen with
        {
            History = [Revision(1, "1.17.18", HelmReleaseStatus.Superseded), Revision(2, "1.18.12", HelmReleaseStatus.Deployed)],
            CiliumDaemonSets = [.. seen.CiliumDaemonSets.Select(d => d with { Metadata = d.Metadata with { Annotations = new Dictionary<string, string> { [HoldMark.Annotation] = mark } } })],
        };

        var plan = NetworkProfilePlanner.Plan(profile, seen);

        Assert.Equal(freezes, plan.Freeze is not null);
        Assert.All(freezes ? ["node2 to node3", "retry", "rollback (to revision 1, Cilium 1.17.18)", "continue"] : Array.Empty<string>(), word => Assert.Contains(word, plan.Freeze!.Message, StringComparison.Ordinal));
    }

    private static string? Against(ReportedCluster cluster)
    {
        var seen = cluster.Observed();
        return AgentsWord.Against("1.19.6", AgentRollout.Of(seen), seen, NetworkProfileDefaults.Resolve(cluster.Spec));
    }
}
