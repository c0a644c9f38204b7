using NetProfile.Cilium;
using NetProfile.Cilium.Health;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;
using Xunit;

namespace NetProfile.Operator.Tests.Cilium;

public class CiliumHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_complete_daemonset_is_healthy_and_absent_parts_are_disabled()
    {
        var health = CiliumHealth.Judge(new CiliumWorkloads { Agent = Agents(3, 3, 3) }, Now);

        Assert.True(health[0].Healthy);
        Assert.Equal("DaemonSet cilium", health[0].Name);
        Assert.All(health.Skip(1), part => Assert.True(part.Disabled && part.Errors.Count == 0));
    }

    [Fact]
    public void Missing_agents_are_an_error() =>
        Assert.Equal(["DaemonSet cilium doesn't exist"], CiliumHealth.Judge(new CiliumWorkloads(), Now)[0].Errors);

    [Fact]
    public void A_new_generation_that_the_controller_has_not_seen_has_not_begun()
    {
        var agent = Judge(Agents(3, 3, 3) with { Metadata = new V1ObjectMeta { Name = "cilium", Generation = 5 } });

        Assert.Equal(["DaemonSet cilium is updated but rollout has not started"], agent.Errors);
        Assert.True(agent.RollingOut);
    }

    [Fact]
    public void A_rollout_and_pods_that_are_not_ready_are_errors_and_unavailable_ones_beyond_them_a_warning()
    {
        var daemonSet = Agents(10, ready: 8, updated: 4);
        var agent = Judge(daemonSet with { Status = daemonSet.Status! with { NumberUnavailable = 3 } });

        Assert.Equal(["DaemonSet cilium is rolling out: 4 of 10 pods updated", "2 pods of DaemonSet cilium are not ready"], agent.Errors);
        Assert.Equal(["1 pods of DaemonSet cilium are not available"], agent.Warnings);
    }

    [Fact]
    public void The_same_trouble_of_many_pods_is_one_line_with_their_number()
    {
        var pods = Enumerable.Range(0, 10).Select(i => Pod($"cilium-{i}", Crashing(255, "level=fatal\nnative routing cidr must be configured")));

        var agent = Judge(Agents(10, 0, 10), pods);

        Assert.Equal(["container cilium-agent crashes again and again: exit code 255: native routing cidr must be configured (10 pods affected)"], agent.Causes);
        Assert.True(agent.CrashLooping);
        Assert.Equal(10, agent.CrashLoopingPods.Count);
    }

    [Fact]
    public void An_image_that_is_tried_again_and_again_has_one_text_whatever_the_kubelet_says_just_now() => Assert.Equal(
        Judge(Agents(1, 0, 1), [Pod("a", Waiting("ImagePullBackOff", ""))]).Causes,
        Judge(Agents(1, 0, 1), [Pod("a", Waiting("ErrImagePull", "not found"))]).Causes);

    [Fact]
    public void At_most_three_reasons_are_given_the_commonest_first()
    {
        V1Pod[] pods =
        [
            Pod("a", Crashing(1, "x")), Pod("b", Crashing(1, "x")), Pod("c", Waiting("ImagePullBackOff", "")), Pod("d", Crashing(2, "")), Pod("e", Crashing(3, "")),
        ];

        var causes = Judge(Agents(5, 0, 5), pods).Causes;

        Assert.Equal(3, causes.Count);
        Assert.EndsWith("exit code 1: x (2 pods affected)", causes[0], StringComparison.Ordinal);
        Assert.Equal("and 2 other reasons", causes[2]);
    }

    [Fact]
    public void A_crashing_container_that_runs_at_the_moment_is_told_by_how_it_ended_before()
    {
        var running = Crashing(1, "boom") with { State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Now } }, Ready = false };

        Assert.True(Judge(Agents(1, 0, 1), [Pod("a", running)]).CrashLooping);
    }

    [Fact]
    public void A_ready_container_that_crashed_once_is_no_trouble()
    {
        var recovered = Crashing(1, "boom") with { State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Now } }, Ready = true };

        Assert.Empty(Judge(Agents(1, 1, 1), [Pod("a", recovered)]).Errors);
    }

    [Theory]
    [InlineData("OOMKilled", 137, "killed for want of memory (OOMKilled)")]
    [InlineData("Error", 137, "killed (exit code 137), most likely by its liveness probe")]
    [InlineData("Error", 2, "exit code 2")]
    public void How_a_container_ended_is_said_in_words(string reason, int code, string words)
    {
        var status = Crashing(code, "") with { LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = reason } } };

        Assert.Contains(words, Assert.Single(Judge(Agents(1, 0, 1), [Pod("a", status)]).Causes), StringComparison.Ordinal);
    }

    [Fact]
    public void An_init_container_that_waits_for_the_API_server_is_named()
    {
        var config = new V1ContainerStatus { Name = "config", State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Now.AddMinutes(-3) } }, Ready = false };
        var pod = Pod("a", Waiting("PodInitializing", "")) with { };
        pod = pod with { Status = pod.Status! with { Phase = "Pending", InitContainerStatuses = [config] } };

        var agent = Judge(Agents(1, 0, 1), [pod]);

        Assert.Contains("init container config doesn't finish; it waits for the API server", Assert.Single(agent.Causes), StringComparison.Ordinal);
        Assert.Equal(["a: pod is pending"], agent.Warnings);
    }

    [Theory]
    [InlineData("Evicted", 0)]
    [InlineData("NodeAffinity", 0)]
    [InlineData("TaintToleration", 0)]
    [InlineData("DeadlineExceeded", 1)]
    public void Pods_that_were_sent_away_are_no_failure(string reason, int errors)
    {
        var pod = Pod("a") with { Status = new V1PodStatus { Phase = "Failed", Reason = reason } };

        Assert.Equal(errors, Judge(Agents(1, 1, 1), [pod]).Errors.Count);
    }

    [Fact]
    public void Pods_of_others_are_not_looked_at()
    {
        var other = Pod("x", Crashing(1, "")) with { Metadata = new V1ObjectMeta { Name = "x", Labels = new Dictionary<string, string> { ["k8s-app"] = "other" } } };

        Assert.True(Judge(Agents(1, 1, 1), [other]).Healthy);
    }

    [Fact]
    public void An_operator_that_cannot_be_placed_says_why()
    {
        var deployment = new V1Deployment
        {
            Metadata = new V1ObjectMeta { Name = "cilium-operator", Generation = 1 },
            Spec = new V1DeploymentSpec { Replicas = 2 },
            Status = new V1DeploymentStatus { ObservedGeneration = 1, Replicas = 2, ReadyReplicas = 1, UpdatedReplicas = 2, AvailableReplicas = 1, UnavailableReplicas = 1 },
        };
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "cilium-operator-1", Labels = new Dictionary<string, string> { ["name"] = "cilium-operator" } },
            Status = new V1PodStatus
            {
                Phase = "Pending",
                Conditions = [new V1StatusCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules." }],
            },
        };

        var health = CiliumHealth.Judge(new CiliumWorkloads { Agent = Agents(1, 1, 1), Operator = deployment, Pods = [pod] }, Now)[(int)CiliumComponent.Operator];

        Assert.Equal("1 pods of Deployment cilium-operator are not ready", health.Errors[0]);
        Assert.Contains("anti-affinity", Assert.Single(health.Causes), StringComparison.Ordinal);
    }

    private static ComponentHealth Judge(V1DaemonSet daemonSet, IEnumerable<V1Pod>? pods = null) =>
        CiliumHealth.Judge(new CiliumWorkloads { Agent = daemonSet, Pods = [.. pods ?? []] }, Now)[0];

    private static V1DaemonSet Agents(int desired, int ready, int updated) => new()
    {
        Metadata = new V1ObjectMeta { Name = "cilium", Generation = 4 },
        Status = new V1DaemonSetStatus
        {
            ObservedGeneration = 4,
            DesiredNumberScheduled = desired,
            NumberReady = ready,
            UpdatedNumberScheduled = updated,
            NumberAvailable = ready,
            NumberUnavailable = desired - ready,
        },
    };

    private static V1Pod Pod(string name, params V1ContainerStatus[] containers) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["k8s-app"] = "cilium" } },
        Status = new V1PodStatus { Phase = "Running", ContainerStatuses = containers },
    };

    private static V1ContainerStatus Crashing(int code, string message) => Waiting("CrashLoopBackOff", "") with
    {
        RestartCount = 3,
        LastState = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = code, Reason = "Error", Message = message } },
    };

    private static V1ContainerStatus Waiting(string reason, string message) => new()
    {
        Name = "cilium-agent",
        Image = "quay.io/cilium/cilium:v1.19.6",
        Ready = false,
        State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message } },
    };
}
