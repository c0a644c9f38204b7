using NetProfile.Cilium.Agents;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.Operator.Tests.NetworkProfiles.Pods;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>
/// Every error and warning that `cilium status` prints stands in ours, item by item (cilium-cli 0.19: status/k8s.go, status/status.go),
/// and what it passes over in silence doesn't.
/// </summary>
public sealed class CiliumStatusParityTests
{
    private sealed record Item(string Text, Action<ReportedCluster> Arrange, string? Condition, string? Stands);

    private static readonly Dictionary<string, Item> s_items = new()
    {
        ["P01"] = new("pods of DaemonSet cilium are not ready", c => c.ReadyAgents = 1, "AgentsReady", "2 pods of DaemonSet cilium are not ready"),
        ["P02"] = new("pods are ready and not available", c => c.AvailableAgents = 2, "AgentsReady", "1 pods of DaemonSet cilium are not available"),
        ["P03"] = new("a new generation was not observed", c => c.ObservedGeneration = 0, "AgentsReady", "DaemonSet cilium is updated but rollout has not started"),
        ["P04"] = new("a rollout is under way", c => c.UpdatedAgents = 2, "AgentsReady", "DaemonSet cilium is rolling out: 2 of 3 pods updated"),
        ["P05"] = new("DaemonSet cilium is missing", c => c.WithoutAgents = true, "AgentsReady", "DaemonSet cilium does not exist"),
        ["P06"] = new("cilium-envoy is missing: disabled", _ => { }, null, null),
        ["P07"] = new("pods of DaemonSet cilium-envoy are not ready", c => c.OtherDaemonSets.Add(Envoy(ready: 2)), "EnvoyReady", "1 pods of DaemonSet cilium-envoy are not ready"),
        ["P08"] = new("pods of cilium-operator are not ready", c => Replace(c, "cilium-operator", 2, 1), "OperatorReady", "1 pods of Deployment cilium-operator are not ready"),
        ["P09"] = new("cilium-operator rolls out", c => Replace(c, "cilium-operator", 2, 2, updated: 1), "OperatorReady", "Deployment cilium-operator is rolling out: 1 of 2 pods updated"),
        ["P10"] = new("pods of hubble-relay are not ready", c => Replace(c, "hubble-relay", 1, 0), "HubbleReady", "1 pods of Deployment hubble-relay are not ready"),
        ["P11"] = new("pods of hubble-ui are not ready", c => Replace(c, "hubble-ui", 1, 0), "HubbleReady", "1 pods of Deployment hubble-ui are not ready"),
        ["P12"] = new("pods of clustermesh-apiserver are not ready", c => Replace(c, "clustermesh-apiserver", 1, 0), "OperatorReady", "1 pods of Deployment clustermesh-apiserver are not ready"),
        ["P13"] = new("relay and ui are missing and not wanted: disabled", _ => { }, null, null),
        ["P14"] = new("relay that nobody asked for is ready: fine", c => Replace(c, "hubble-relay", 1, 1), null, null),
        ["P15"] = new("a pod is pending", c => c.Pods.Add(ReportedCluster.PodOf("cilium-operator-1", "name=cilium-operator", """{"phase":"Pending"}""")), "OperatorReady", "cilium-operator-1: pod is pending"),
        ["P17"] = new("a pod of the operator has failed", c => c.Pods.Add(ReportedCluster.PodOf("cilium-operator-1", "name=cilium-operator", """{"phase":"Failed","message":"took too long"}""")), "OperatorReady", "cilium-operator-1: pod has failed: took too long"),
        ["P18"] = new("pods that were sent away", c => SentAway(c, "TaintToleration", "NodeAffinity", "NodeLost", "Evicted", "Shutdown", "Preempting", "UnexpectedAdmissionError"), null, null),
        ["P19"] = new("an agent's container doesn't run", c => Dead(c), "AgentsReady", "exit code 255: no space left on device"),
        ["P20"] = new("an agent can't be asked", c => c.Says("node2", "container not found"), "AgentsReady", "node2: container not found"),
        ["P21"] = new("a controller fails", c => c.Says("node2", ReportedStates.FailingController(3)), "AgentsReady", "node2: controller sync-host-ips fails again and again: unable to reach API server"),
        ["P22"] = new("a controller has failed and recovered", c => c.Says("node2", ReportedStates.With("\"controllers\":[{\"name\":\"a\",\"status\":{\"failure-count\":9,\"last-failure-msg\":\"once\",\"last-failure-timestamp\":\"2026-01-01T00:00:00Z\"}}]")), null, null),
        ["P23"] = new("an endpoint isn't ready", c => c.Says("node2", ReportedCluster.Healthy, [new EndpointState(77, "waiting-for-identity", false, false, "default/web-0")]), "AgentsReady", "node2: 1 endpoint isn't ready"),
        ["P24"] = new("errors in cilium-config's annotations", c => c.ConfigErrors = ["routing-mode: unknown"], "AgentsReady", "routing-mode: unknown"),
        ["P25"] = new("Cluster Pods: 13/16 managed by Cilium", c => c.Census = new PodCensus { Pods = 16, Managed = 13, Unmanaged = [Given.Pod("Deployment/a-1 old")] }, "PodsManaged", "13 of 16 pods are managed by Cilium"),
    };

    public static TheoryData<string> Numbers => [.. s_items.Keys];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void What_cilium_status_prints_stands_in_ours_and_what_it_passes_over_does_not(string number)
    {
        var item = s_items[number];
        var cluster = new ReportedCluster();
        item.Arrange(cluster);

        var status = cluster.Report();

        if (item.Condition is null)
        {
            Assert.Equal(("True", "NetworkReady"), AgentReportTests.Said(status, "Ready"));
            Assert.DoesNotContain(status.Conditions!, c => c.Message!.Contains("look at", StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(item.Stands!, status.Conditions!.Single(c => c.Type == item.Condition).Message, StringComparison.Ordinal);

            // Endpoints that come and go are a warning there and keep nobody from working.
            Assert.Equal(number == "P23", status.Conditions!.Single(c => c.Type == "Ready").Status == ConditionStatus.True);
        }
    }

    /// <summary>P30: what the agent says of its parts.</summary>
    [Theory]
    [InlineData("cilium", "cilium")]
    [InlineData("cluster", "cilium-health")]
    [InlineData("hubble", "hubble")]
    [InlineData("kubernetes", "kubernetes")]
    [InlineData("kvstore", "kvstore")]
    [InlineData("auth-certificate-provider", "auth-certificate-provider")]
    public void P30_A_part_in_state_Warning_or_Failure_stands_in_ours_and_one_that_is_Ok_or_Disabled_does_not(string part, string name)
    {
        foreach (var (state, stands) in new[] { ("Warning", true), ("Failure", true), ("Ok", false), ("Disabled", false) })
        {
            if (part == "hubble" && state == "Disabled")
            {
                // That it is off although it is wanted is what ours knows more.
                continue;
            }

            var json = $"{{\"state\":\"{state}\",\"msg\":\"it is so\"}}";
            var agent = System.Text.Json.Nodes.JsonNode.Parse(ReportedCluster.Healthy)!.AsObject();
            agent[part] = System.Text.Json.Nodes.JsonNode.Parse(part == "cluster" ? $"{{\"ciliumHealth\":{json}}}" : json);
            var status = new ReportedCluster().Says("node2", agent.ToJsonString()).Report();

            Assert.Equal(stands, status.Conditions!.Single(c => c.Type == "AgentsReady").Message!.Contains($"node2: {name}: it is so", StringComparison.Ordinal));
            Assert.Equal(stands ? "False" : "True", AgentReportTests.Said(status, "Ready").Status);
        }
    }

    private static V1DaemonSet Envoy(int ready) => new()
    {
        Metadata = new V1ObjectMeta { Name = "cilium-envoy", Namespace = "kube-system", Generation = 1 },
        Status = new V1DaemonSetStatus { ObservedGeneration = 1, DesiredNumberScheduled = 3, NumberReady = ready, NumberAvailable = ready, UpdatedNumberScheduled = 3, NumberUnavailable = 3 - ready },
    };

    private static void Replace(ReportedCluster cluster, string name, int replicas, int ready, int? updated = null)
    {
        cluster.Deployments.RemoveAll(d => d.Metadata.Name == name);
        var deployment = ReportedCluster.DeploymentOf(name, replicas, ready);
        cluster.Deployments.Add(deployment with { Status = deployment.Status! with { UpdatedReplicas = updated ?? replicas } });
    }

    private static void SentAway(ReportedCluster cluster, params string[] reasons) =>
        cluster.Pods.AddRange(reasons.Select(reason => ReportedCluster.PodOf($"cilium-operator-{reason}", "name=cilium-operator", $$"""{"phase":"Failed","reason":"{{reason}}","message":"sent away"}""")));

    private static void Dead(ReportedCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            var agent = new AgentReport { Node = node, Pod = $"cilium-{node}", Ready = true, RunningSince = ReportedCluster.Now.AddHours(-1), ConfiguredAt = null, MeasuresPeers = true };
            cluster.Pods.Add(ReportedCluster.AgentPodOf(agent, node != "node1", """{"name":"cilium-agent","ready":false,"restartCount":0,"state":{"terminated":{"exitCode":255,"message":"no space left on device"} } }"""));
        }

        cluster.ReadyAgents = 2;
        cluster.Change("node1", a => a with { Ready = false, Answer = null });
    }
}
