using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.NetworkProfiles.Nodes;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.Operator.Tests.NetworkProfiles.Pods;
using Xunit;
using static NetProfile.Crds.NodeNetworks.NodeMigrationState;

namespace NetProfile.Operator.Tests.NetworkProfiles.Migration;

/// <summary>Which nodes of a fleet are begun, in which order, and what keeps the next ones waiting.</summary>
public sealed class NodeByNodePlannerTests
{
    private readonly Dictionary<string, NodeMigration> _states = [];
    private readonly HashSet<string> _controlPlanes = [];
    private readonly List<ProbeFailure> _failures = [];
    private ReportedCluster _cluster = new(10);
    private RolloutSpec _rollout = new() { MaxUnavailable = 3, FailureBudget = 0 };
    private PodCensus _census = Given.Census();
    private string? _own;
    private bool _retry;

    [Fact]
    public void One_goes_first_then_as_many_as_are_allowed_then_control_planes_one_by_one_and_the_operators_own_node_last()
    {
        _controlPlanes.UnionWith(["node1", "node2", "node3"]);
        _own = "node2";
        var order = new List<string>();
        while (Begun() is { Count: > 0 } begun)
        {
            order.Add(string.Join(' ', begun));
            Are(Done, [.. begun]);
        }

        Assert.Equal(["node4", "node5 node6 node7", "node8 node9 node10", "node1", "node3", "node2"], order);
        Assert.True(Plan().Progress.IsDone);
    }

    [Fact]
    public void What_is_at_work_takes_a_place_and_so_does_a_node_that_is_down_or_stays_cordoned()
    {
        Are(Done, "node1");
        Are(Switched, "node2");
        Assert.Equal(["node3", "node4"], Begun());

        _cluster.NodeDown("node10");
        Assert.Equal(["node3"], Begun());

        Are(Cordoned, "node3");
        Assert.Empty(Begun());
    }

    [Fact]
    public void More_failures_than_the_budget_begin_no_further_node_until_a_person_has_them_tried_again()
    {
        Are(Done, "node1");
        Are(Failed, "node2");
        Are(Drained, "node3");
        var plan = Plan();
        Assert.Empty(Begun());
        Assert.True(plan.Progress is { IsStopped: true, NeedsPerson: false });
        Assert.Contains("no further node is begun, because these failed: node2 (DrainTimedOut)", plan.Progress.Text, StringComparison.Ordinal);

        Are(Done, "node3");
        Assert.True(Plan().Progress.NeedsPerson);

        _retry = true;
        Assert.Equal(["node4", "node5", "node6"], Begun());
    }

    [Fact]
    public void A_failure_within_the_budget_leaves_the_others_going_and_needs_a_person_at_the_end()
    {
        _rollout = _rollout with { FailureBudget = 1 };
        Are(Done, "node1");
        Are(Failed, "node2");
        Assert.Equal(["node3", "node4", "node5"], Begun());

        Are(Done, "node3", "node4", "node5", "node6", "node7", "node8", "node9", "node10");
        Assert.True(Plan().Progress is { IsStopped: false, NeedsPerson: true, IsDone: false });
    }

    [Fact]
    public void Connections_that_fail_begin_no_further_node_and_are_named()
    {
        Are(Done, "node1");
        _failures.Add(new ProbeFailure { From = "node1", To = "node node2", Address = "172.30.0.12", Message = "timed out", Since = ReportedCluster.Now.AddSeconds(-1) });

        // A target that nobody has any more is no failure.
        Assert.NotEmpty(Begun());

        _failures[0] = _failures[0] with { To = "service kube-system/kube-dns" };
        Assert.Empty(Begun());
        Assert.Contains("no further node is begun at present: ", Plan().Progress.Text, StringComparison.Ordinal);
        Assert.False(Plan().Progress.NeedsPerson);
    }

    [Fact]
    public void A_node_that_has_failed_does_not_take_those_with_it_that_do_not_reach_it()
    {
        Are(Failed, "node2");
        Are(Cleaned, "node3");
        _cluster.Says("node3", ReportedCluster.Healthy, lost: ["node2"]);
        Assert.Contains(Plan().Steps, s => s is { Node: "node3", Migration.State: Verified });

        _cluster.Says("node3", ReportedCluster.Healthy, lost: ["node4"]);
        Assert.DoesNotContain(Plan().Steps, s => s.Node == "node3");
    }

    [Fact]
    public void An_agent_that_is_not_well_where_nobody_works_keeps_the_next_ones_waiting()
    {
        Are(Done, "node1");
        _cluster.Says("node9", "exec failed");

        Assert.Empty(Begun());
    }

    [Fact]
    public void A_node_with_a_bare_pod_waits_for_a_person_and_the_others_go_on()
    {
        _cluster = new(2);
        _census = Given.Census("lonely-1 old");
        Assert.Equal(["node2"], Begun());

        Are(Done, "node2");
        Assert.Empty(Begun());
        var progress = Plan().Progress;
        Assert.True(progress.NeedsPerson);
        Assert.Contains("nothing would make these pods again: node1 (default/lonely-1)", progress.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_pods_could_go_nowhere_is_not_drained()
    {
        _cluster = new(1);
        _census = Given.Census("Deployment/web-1 old");

        var step = Assert.Single(Plan().Steps);

        Assert.Equal((NodeEffect.None, Drained, NodeStateMachine.OnlyNode), (step.Effect, step.Migration!.State, step.Migration.Reason));
        Assert.Equal("uid-cilium-node1", step.Migration.ReplacedAgent);
    }

    private IReadOnlyList<string> Begun() => [.. Plan().Steps.Where(s => s.Migration?.State == Cordoned).Select(s => s.Node)];

    private void Are(NodeMigrationState state, params IEnumerable<string> nodes)
    {
        foreach (var node in nodes)
        {
            _states[node] = new NodeMigration
            {
                State = state,
                Since = ReportedCluster.Now,
                Reason = state == Failed ? NodeStateMachine.DrainTimedOut : null,
                ReplacedAgent = "before",
                History = [new NodeMigrationStep { State = state == Failed ? Cordoned : state, At = ReportedCluster.Now }],
            };
        }
    }

    private NodeByNodePlan Plan()
    {
        var seen = _cluster.Observed();
        seen = seen with
        {
            Nodes = [.. seen.Nodes.Select(n => n with { Metadata = n.Metadata with { Labels = _controlPlanes.Contains(n.Metadata.Name!) ? new Dictionary<string, string> { ["node-role.kubernetes.io/control-plane"] = "" } : null } })],
            NodeNetworks = [.. _cluster.Nodes.Select(NetworkOf)],
            PodCensus = _census with { Nodes = _cluster.Nodes.ToHashSet(), At = ReportedCluster.Now },
            NodeAgent = new NodeAgentLaunch { NodeName = _own },
        };
        var spec = NetworkProfileDefaults.Resolve(_cluster.Spec with { Rollout = _rollout });
        return NodeByNodePlanner.Plan(new V1Alpha1NetworkProfile { Metadata = new V1ObjectMeta { Name = "cluster" }, Spec = _cluster.Spec }, spec, seen, isProven: true, _retry);
    }

    private V1Alpha1NodeNetwork NetworkOf(string node) => new()
    {
        Metadata = new V1ObjectMeta { Name = node },
        Spec = new NodeNetworkSpec { Inspection = new InspectionRequest { Probe = new ProbeRequest { Round = "1" } } },
        Status = new NodeNetworkStatus { Migration = _states.GetValueOrDefault(node), Probe = new ProbeStatus { Round = "1", Tried = 4, Failures = [.. _failures.Where(f => f.From == node)] } },
    };
}
