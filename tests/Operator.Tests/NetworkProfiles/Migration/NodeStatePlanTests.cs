using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles;
using NetProfile.NetworkProfiles.Backups;
using NetProfile.NetworkProfiles.Migration;
using NetProfile.NetworkProfiles.Migration.NodeStates;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.Operator.Tests.NetworkProfiles.Pods;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Migration;

/// <summary>What is written on a node's object while all nodes migrate together.</summary>
public sealed class NodeStatePlanTests
{
    private readonly ReportedCluster _cluster = new(2);
    private MigrationStrategy _strategy = MigrationStrategy.Overlap;
    private PodCensus _census = Given.Census("Deployment/web-1 old");
    private NodeStanding _standing = NodeStanding.Waiting;
    private bool _mayFinish;
    private NodeMigration? _present;

    [Fact]
    public void In_an_overlap_a_node_is_switched_drained_cleaned_and_done_as_each_is_proven()
    {
        Assert.Equal("Switched", Reach());
        Assert.Null(Reach());

        _census = Given.Census();
        Assert.Equal("Drained", Reach());

        _standing = NodeStanding.Clean;
        Assert.Equal("Cleaned", Reach());

        _mayFinish = true;
        Assert.Equal("Done", Reach());
        Assert.Equal("Switched Drained Cleaned Verified Done", string.Join(' ', _present!.History!.Select(h => h.State)));
        Assert.Null(Reach());
    }

    [Fact]
    public void In_a_recreation_it_is_cleaned_first()
    {
        _strategy = MigrationStrategy.Recreate;
        Assert.Null(Reach());

        (_standing, _census) = (NodeStanding.Clean, Given.Census());
        Assert.Equal("Drained", Reach());
        Assert.Equal("Cleaned Switched Drained", string.Join(' ', _present!.History!.Select(h => h.State)));
    }

    [Fact]
    public void A_node_that_stays_dirty_has_failed_with_what_is_left_and_goes_on_when_it_is_clean()
    {
        _census = Given.Census();
        Reach();
        _standing = NodeStanding.Dirty;
        Assert.Equal("Failed", Reach());
        Assert.Equal((NodeStatePlan.ResiduesLeft, "link cni0"), (_present!.Reason, _present.Message));
        Assert.Null(Reach());

        _standing = NodeStanding.Clean;
        Assert.Equal("Cleaned", Reach());
        Assert.Null(_present.Reason);
    }

    /// <summary>Of node1; node2 has no object to write to.</summary>
    private string? Reach()
    {
        var seen = _cluster.Observed() with
        {
            PodCensus = _census with { Nodes = _cluster.Nodes.ToHashSet(), At = ReportedCluster.Now.AddSeconds(1) },
            NodeNetworks = [new V1Alpha1NodeNetwork { Metadata = new V1ObjectMeta { Name = "node1" }, Status = new NodeNetworkStatus { Migration = _present } }],
            Migration = new MigrationRecord
            {
                Secret = "netprofile-system/netprofile-backup",
                ResourceVersion = "1",
                Profile = "cluster",
                Strategy = _strategy,
                StartedAt = ReportedCluster.Now,
                Direction = MigrationDirection.Forward,
                OldPodCidrs = [],
                Backend = null,
                HelmRelease = null,
                Objects = [],
                HasManifests = true,
                Digest = "",
                Annotations = new Dictionary<string, string>(),
            },
        };
        var profile = new V1Alpha1NetworkProfile { Metadata = new V1ObjectMeta { Name = "cluster" }, Spec = _cluster.Spec };
        var plan = NetworkProfilePlanner.Plan(profile, seen) with
        {
            MayAct = true,
            Migration = new MigrationPlan { Strategy = _strategy, IsUnderWay = true, MayFinish = _mayFinish },
            Nodes = new NodesPlan { Stage = NodesStage.Working, Nodes = [new NodeProgress("node1", _standing, _standing == NodeStanding.Dirty ? "link cni0" : "")] },
        };
        var states = NodeStatePlan.Of(NetworkProfileDefaults.Resolve(_cluster.Spec), seen, plan);
        Assert.DoesNotContain("node2", states.Keys);
        _present = states.GetValueOrDefault("node1") ?? _present;
        return states.GetValueOrDefault("node1")?.State.ToString();
    }
}
