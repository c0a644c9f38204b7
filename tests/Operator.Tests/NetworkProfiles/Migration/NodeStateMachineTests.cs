using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Migration.NodeByNode;
using NetProfile.Operator.Tests.NetworkProfiles.Pods;
using Xunit;
using static NetProfile.Crds.NodeNetworks.NodeMigrationState;

namespace NetProfile.Operator.Tests.NetworkProfiles.Migration;

/// <summary>One node's way through a migration, step by step.</summary>
public sealed class NodeStateMachineTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromMinutes(10);

    private NodeSituation _at = At(Pending);

    [Fact]
    public void A_node_begins_when_it_is_its_turn_and_not_before()
    {
        Assert.Equal((NodeEffect.None, null), Next(mayBegin: false));
        Assert.Equal((NodeEffect.Cordon, Cordoned), Next(mayBegin: true));

        _at = _at with { IsDown = true };
        Assert.Equal((NodeEffect.None, null), Next(mayBegin: true));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public void Who_cordoned_it_is_remembered_whenever_the_operator_ended(bool unschedulable, bool marked, bool wasCordoned)
    {
        _at = _at with { Node = Node(unschedulable, marked) };

        var step = NodeStateMachine.Next(_at, true, false, s_drainTimeout, false, s_now);

        Assert.Equal((wasCordoned, 1), (step.Migration!.WasCordoned, step.Migration.Attempts));
    }

    [Fact]
    public void It_is_drained_when_only_pods_are_left_that_a_drain_leaves()
    {
        _at = At(Cordoned) with { OldPods = [Given.Pod("Deployment/web-1 old"), Given.Pod("DaemonSet/log-1 old")] };
        Assert.True(Step().MovesPods);

        _at = _at with { OldPods = [Given.Pod("Deployment/web-1 old ending")] };
        Assert.Null(Step().Migration);
        _at = _at with { OldPods = null };
        Assert.False(Step().MovesPods);

        _at = _at with { OldPods = [Given.Pod("DaemonSet/log-1 old"), Given.Pod("DaemonSet/etcd-1 old static")] };
        Assert.Equal((Drained, "agent-1"), (Step().Migration!.State, Step().Migration!.ReplacedAgent));
    }

    [Fact]
    public void A_drain_that_takes_too_long_gives_the_node_back_with_the_network_that_it_had()
    {
        _at = At(Cordoned, ago: TimeSpan.FromMinutes(11)) with { OldPods = [Given.Pod("Deployment/web-1 old")] };

        var step = Step();

        Assert.Equal((NodeEffect.Uncordon, Failed, NodeStateMachine.DrainTimedOut), (step.Effect, step.Migration!.State, step.Migration.Reason));
        Assert.Contains("default/web-1", step.Migration.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_switched_when_another_agent_than_before_is_ready_under_the_label()
    {
        _at = At(Drained, replaced: "agent-1");
        Assert.Equal((NodeEffect.Switch, null), Next());
        Assert.Equal("agent-1", Step().AgentUid);

        _at = _at with { AgentUid = "agent-2", IsAgentReady = true };
        Assert.Equal((NodeEffect.Switch, null), Next());
        Assert.Null(Step().AgentUid);

        _at = _at with { Node = Node(labelled: true), IsAgentReady = false };
        Assert.Equal((NodeEffect.None, null), Next());
        _at = _at with { IsAgentReady = true };
        Assert.Equal((NodeEffect.None, Switched), Next());
    }

    [Fact]
    public void Pods_that_the_drain_left_are_made_anew_then_it_is_verified_and_given_back()
    {
        _at = At(Switched) with { OldPods = [Given.Pod("DaemonSet/log-1 old")] };
        Assert.True(Step().MovesPods);
        _at = _at with { OldPods = [] };
        Assert.Equal((NodeEffect.None, Cleaned), Next());

        _at = At(Cleaned) with { Doubt = "node2 doesn't reach node1" };
        Assert.Equal((NodeEffect.None, null), Next());
        _at = _at with { Doubt = null };
        Assert.Equal((NodeEffect.None, Verified), Next());

        _at = At(Verified);
        Assert.Equal((NodeEffect.Uncordon, Done), Next());
    }

    [Fact]
    public void A_node_that_fails_behind_the_switch_stays_cordoned_and_goes_on_by_itself_once_it_is_mended()
    {
        _at = At(Cleaned, ago: TimeSpan.FromMinutes(6)) with { Doubt = "node2 doesn't reach node1" };
        Assert.Equal((NodeEffect.None, Failed), Next());

        _at = _at with { Migration = Step().Migration };
        Assert.Equal((NodeEffect.None, null), Next());
        _at = _at with { Doubt = null };
        Assert.Equal((NodeEffect.None, Cleaned), Next());
    }

    [Fact]
    public void A_node_that_goes_down_is_set_aside_and_goes_on_when_it_is_back()
    {
        _at = At(Switched, ago: TimeSpan.FromMinutes(3)) with { IsDown = true };
        Assert.Equal((NodeEffect.None, Failed), Next());

        _at = _at with { Migration = Step().Migration, IsDown = false };
        Assert.Equal((NodeEffect.None, Switched), Next());
    }

    [Fact]
    public void A_drain_that_failed_is_tried_again_when_a_person_says_so()
    {
        _at = At(Cordoned, ago: TimeSpan.FromMinutes(11)) with { OldPods = [Given.Pod("Deployment/web-1 old")] };
        _at = _at with { Migration = Step().Migration };

        Assert.Equal((NodeEffect.None, null), Next());
        Assert.Equal(Pending, NodeStateMachine.Next(_at, false, true, s_drainTimeout, false, s_now).Migration!.State);
    }

    [Theory]
    [InlineData(Pending, true)]
    [InlineData(Cordoned, true)]
    [InlineData(Drained, false)]
    [InlineData(Switched, false)]
    [InlineData(Done, false)]
    public void The_skip_label_leaves_a_node_out_until_it_is_too_late_for_that(NodeMigrationState state, bool skipped)
    {
        _at = At(state, replaced: "agent-1") with { IsSkipped = true };

        Assert.Equal(skipped, Step().Migration?.State == Skipped);
        Assert.Equal(skipped, Step().Effect == NodeEffect.Uncordon);
    }

    [Fact]
    public void A_node_whose_skip_label_is_gone_waits_for_its_turn()
    {
        _at = At(Skipped);

        Assert.Equal((NodeEffect.None, Pending), Next());
    }

    private (NodeEffect, NodeMigrationState?) Next(bool mayBegin = false) =>
        NodeStateMachine.Next(_at, mayBegin, false, s_drainTimeout, false, s_now) is var step ? (step.Effect, step.Migration?.State) : default;

    private NodeStep Step() => NodeStateMachine.Next(_at, false, false, s_drainTimeout, false, s_now);

    private static NodeSituation At(NodeMigrationState state, TimeSpan ago = default, string? replaced = null) => new()
    {
        Node = Node(),
        Migration = state == Pending ? null : new NodeMigration { State = state, Since = s_now - ago, ReplacedAgent = replaced, History = [new NodeMigrationStep { State = state, At = s_now - ago }] },
        IsDown = false,
        IsSkipped = false,
        IsControlPlane = false,
        IsOwn = false,
        AgentUid = "agent-1",
        IsAgentReady = true,
        IsAgentWell = true,
        OldPods = [],
        Doubt = null,
    };

    private static V1Node Node(bool unschedulable = false, bool marked = false, bool labelled = false) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "node1",
            Annotations = marked ? new Dictionary<string, string> { [NetworkProfileNames.CordonedAnnotation] = "true" } : null,
            Labels = labelled ? new Dictionary<string, string> { [NetworkProfileNames.MigratedLabel] = NetworkProfileNames.MigratedValue } : null,
        },
        Spec = new V1NodeSpec { Unschedulable = unschedulable },
    };
}
