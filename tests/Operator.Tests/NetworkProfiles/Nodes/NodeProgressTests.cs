using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Crds.NodeNetworks;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Nodes;

public sealed class NodeProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly V1Node Node = new() { Metadata = new V1ObjectMeta { Name = "n1" } };

    [Fact]
    public void A_node_is_clean_when_its_plan_ended_well_and_an_audit_found_nothing() =>
        Assert.Equal(NodeStanding.Clean, Of(Network(NodeTaskState.Done, AuditState.Clean)).Standing);

    [Fact]
    public void Tasks_that_ended_well_are_not_believed_without_an_audit() =>
        Assert.Equal(NodeStanding.Working, Of(Network(NodeTaskState.Done, null)).Standing);

    [Fact]
    public void The_results_of_another_plan_do_not_count() =>
        Assert.Equal(NodeStanding.Waiting, Of(Network(NodeTaskState.Done, AuditState.Clean, donePlan: "earlier")).Standing);

    [Fact]
    public void A_dirty_node_says_which_thing_is_left_and_why()
    {
        var network = Network(NodeTaskState.Blocked, AuditState.Dirty);
        var progress = Of(network with { Status = network.Status! with { Residues = [new Residue { Kind = "link", Where = "cni0", Message = "In use: a pod lives" }] } });

        Assert.Equal(NodeStanding.Dirty, progress.Standing);
        Assert.Contains("link cni0: In use: a pod lives", progress.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_the_agent_from_removing_anything_comes_before_what_is_left_because_of_it()
    {
        var network = Network(NodeTaskState.Blocked, AuditState.Dirty);
        var still = network.Status!.Results![0] with { Message = "flanneld still runs on this node and would make it again" };
        var progress = Of(network with
        {
            Status = network.Status with { Results = [still, still with { Id = "another" }], Residues = [new Residue { Kind = "link", Where = "cni0", Message = "A bridge of Flannel" }] },
        });

        Assert.Equal("flanneld still runs on this node and would make it again; link cni0: A bridge of Flannel", progress.Message);
    }

    [Theory]
    [InlineData(NodeTaskState.Blocked, nameof(NodeStanding.Dirty))]
    [InlineData(NodeTaskState.Failed, nameof(NodeStanding.Failed))]
    public void What_could_not_be_removed_is_tried_a_second_time_before_anybody_is_called(NodeTaskState state, string standing)
    {
        var network = Network(state, AuditState.Dirty);

        Assert.Equal(NodeStanding.Working, Of(network, Now.AddSeconds(-20)).Standing);
        Assert.Equal(standing, Of(network).Standing.ToString());
    }

    [Fact]
    public void A_failed_task_comes_before_what_is_left() =>
        Assert.Equal(NodeStanding.Failed, Of(Network(NodeTaskState.Failed, AuditState.Dirty)).Standing);

    [Fact]
    public void An_agent_that_is_not_done_and_has_been_silent_for_minutes_makes_its_node_unreachable() =>
        Assert.Equal(NodeStanding.Unreachable, Of(Network(NodeTaskState.Pending, null), Now.AddMinutes(4)).Standing);

    [Fact]
    public void A_blocked_node_stays_dirty_although_its_agent_says_nothing_new() =>
        Assert.Equal(NodeStanding.Dirty, Of(Network(NodeTaskState.Blocked, AuditState.Dirty), Now.AddDays(4)).Standing);

    [Fact]
    public void A_plan_that_was_just_given_has_time_however_old_the_last_report_is()
    {
        var network = Network(NodeTaskState.Blocked, AuditState.Dirty, donePlan: "earlier");
        network = network with { Metadata = network.Metadata with { Annotations = new Dictionary<string, string> { [NetworkProfileNames.PlannedAtAnnotation] = "2026-01-02T12:00:00Z" } } };

        Assert.Equal(NodeStanding.Waiting, Of(network, Now.AddDays(1).AddMinutes(1)).Standing);
        Assert.Equal(NodeStanding.Unreachable, Of(network, Now.AddDays(1).AddMinutes(5)).Standing);
    }

    [Fact]
    public void A_clean_node_needs_to_say_nothing_more() =>
        Assert.Equal(NodeStanding.Clean, Of(Network(NodeTaskState.NotNeeded, AuditState.NotNeeded), Now.AddDays(4)).Standing);

    [Fact]
    public void Twenty_nodes_are_named_and_the_others_counted()
    {
        var nodes = Enumerable.Range(1, 30).Select(i => new NodeProgress($"n{i:00}", NodeStanding.Dirty, "link cni0")).ToList();

        var text = NodesText.Of(nodes);

        Assert.StartsWith("0 of 30 nodes clean, 30 dirty: n01: link cni0; ", text, StringComparison.Ordinal);
        Assert.Contains("n20: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("n21", text, StringComparison.Ordinal);
        Assert.EndsWith("and 10 more", text, StringComparison.Ordinal);
    }

    private static NodeProgress Of(V1Alpha1NodeNetwork network, DateTimeOffset? now = null) => NodeProgress.Of(Node, network, now ?? Now);

    private static V1Alpha1NodeNetwork Network(NodeTaskState state, AuditState? audit, string donePlan = "plan") => new()
    {
        Metadata = new V1ObjectMeta { Name = "n1", CreationTimestamp = Now },
        Spec = new NodeNetworkSpec { PlanId = "plan", Tasks = [new DeleteLinksTask { Id = "cni-bridge", Entry = "cni-bridge" }] },
        Status = new NodeNetworkStatus
        {
            PlanId = donePlan,
            ObservedAt = Now,
            Audit = audit,
            Results = [new NodeTaskResult { Id = "cni-bridge", State = state, Message = "m", At = Now.AddMinutes(-1) }],
        },
    };
}
