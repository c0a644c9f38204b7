using System.Text.Json;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Models;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Models;

public sealed class ModelTests
{
    [Fact]
    public void A_pod_is_read_with_all_that_crash_loops_tell()
    {
        var pod = Read<V1Pod>("""
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"a","deletionTimestamp":"2026-01-01T00:00:00Z","unknown":{"x":[1]},"ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"d","uid":"u","controller":true}]},
             "spec":{"nodeName":"n","hostNetwork":true,"containers":[{"name":"c","image":"i","env":[{"name":"X","valueFrom":{"fieldRef":{}}}]}],"volumes":null},
             "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"startTime":"2026-01-01T00:00:00.123456Z","conditions":null,
              "containerStatuses":[{"name":"c","ready":false,"restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},"lastState":{"terminated":{"exitCode":1,"reason":"Error","finishedAt":null}}}]}}
            """);
        Assert.True(pod.Spec!.HostNetwork);
        Assert.Equal(["10.0.0.1", "fd00::1"], pod.Status!.PodIPs!.Select(ip => ip.Ip));
        var container = Assert.Single(pod.Status.ContainerStatuses!);
        Assert.Equal("CrashLoopBackOff", container.State!.Waiting!.Reason);
        Assert.Equal(1, container.LastState!.Terminated!.ExitCode);
        Assert.NotNull(pod.Metadata.DeletionTimestamp);
    }

    [Fact]
    public void A_node_is_read_with_its_odd_names()
    {
        var node = Read<V1Node>("""
            {"metadata":{"name":"n"},"spec":{"podCIDR":"10.244.0.0/24","podCIDRs":["10.244.0.0/24","fd00::/64"],"providerID":"kind://x","taints":[{"key":"k","effect":"NoSchedule","timeAdded":null}]},
             "status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"nodeInfo":{"kernelVersion":"6.1","osImage":"Debian","containerRuntimeVersion":"containerd://2","kubeletVersion":"v1.35.0","systemUUID":"s","bootID":"b"},
              "allocatable":{"cpu":"3920m","memory":"16Gi","pods":110},"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2026-01-01T00:00:00Z"}]}}
            """);
        Assert.Equal(["10.244.0.0/24", "fd00::/64"], node.Spec!.PodCIDRs);
        Assert.Equal(("kind://x", "Debian", "s", "b"), (node.Spec.ProviderID, node.Status!.NodeInfo!.OsImage, node.Status.NodeInfo.SystemUUID, node.Status.NodeInfo.BootID));
        Assert.Equal(3.92m, node.Status.Allocatable!["cpu"].Value);
        Assert.Equal(110m, node.Status.Allocatable["pods"].Value);
        Assert.True(Assert.Single(node.Status.Conditions!).IsTrue);
    }

    [Fact]
    public void Every_kind_reads_an_object_of_nothing_but_a_name()
    {
        Assert.Equal("x", Read<V1DaemonSet>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Deployment>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1StatefulSet>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Secret>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Service>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1EndpointSlice>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Lease>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Event>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1CustomResourceDefinition>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1PodDisruptionBudget>(Bare).Metadata.Name);
        Assert.Equal("x", Read<V1Job>(Bare).Metadata.Name);
    }

    [Theory]
    [InlineData("3", 10, true, 3)]
    [InlineData("\"25%\"", 10, true, 3)]
    [InlineData("\"25%\"", 10, false, 2)]
    [InlineData("\"4\"", 10, false, 4)]
    [InlineData("\"odd\"", 10, false, null)]
    public void A_number_or_a_percentage_of_a_total(string json, int total, bool roundUp, int? expected)
    {
        var strategy = Read<V1DaemonSet>("""{"metadata":{"name":"x"},"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":VALUE}}}}""".Replace("VALUE", json, StringComparison.Ordinal)).Spec!.UpdateStrategy!;
        Assert.Equal(expected, strategy.RollingUpdate!.MaxUnavailable!.Value.Of(total, roundUp));
        Assert.Equal(json, JsonSerializer.Serialize(strategy.RollingUpdate.MaxUnavailable.Value, KubernetesModelsContext.Default.IntOrString));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("500m", 0.5)]
    [InlineData("2Ki", 2048)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("1e3", 1000)]
    [InlineData("1E3", 1000)]
    [InlineData("2k", 2000)]
    [InlineData("-1", -1)]
    [InlineData("100n", 0.0000001)]
    public void A_quantity_has_a_value(string text, double expected) => Assert.Equal((decimal)expected, new Quantity(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1Xi")]
    public void What_is_no_quantity_has_none(string text) => Assert.Null(new Quantity(text).Value);

    [Fact]
    public void A_selector_matches_as_the_API_does()
    {
        var selector = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app"] = "a" },
            MatchExpressions =
            [
                new V1LabelSelectorRequirement { Key = "tier", Operator = "In", Values = ["x", "y"] },
                new V1LabelSelectorRequirement { Key = "old", Operator = "DoesNotExist" },
                new V1LabelSelectorRequirement { Key = "zone", Operator = "NotIn", Values = ["z"] },
            ],
        };
        Assert.True(selector.Matches(new Dictionary<string, string> { ["app"] = "a", ["tier"] = "y" }));
        Assert.False(selector.Matches(new Dictionary<string, string> { ["app"] = "a", ["tier"] = "y", ["old"] = "" }));
        Assert.False(selector.Matches(null));
        Assert.True(new V1LabelSelector().Matches(null));
        Assert.Equal("!old,app=a,tier in (x,y),zone notin (z)", selector.ToQuery());
    }

    [Fact]
    public void What_is_not_set_is_not_written()
    {
        var lease = new V1Lease { Metadata = new V1ObjectMeta { Name = "l" }, Spec = new V1LeaseSpec { RenewTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, 5, TimeSpan.Zero) } };
        Assert.Equal(
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"renewTime":"2026-01-01T00:00:00.005000Z"}}""",
            JsonSerializer.Serialize(lease, KubernetesModelsContext.Default.V1Lease));
    }

    private const string Bare = """{"metadata":{"name":"x"},"spec":null,"status":null}""";

    private static T Read<T>(string json)
        where T : class, IKubernetesEntity<T> => JsonSerializer.Deserialize(json, T.JsonTypeInfo)!;
}
