using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Nodes;

public sealed class NodeEligibilityTests
{
    [Theory]
    [InlineData("type", "virtual-kubelet")]
    [InlineData("eks.amazonaws.com/compute-type", "fargate")]
    [InlineData("kubernetes.io/os", "windows")]
    [InlineData("netprofile.io/skip", "")]
    public void A_label_leaves_a_node_out(string key, string value) => Assert.NotNull(NodeEligibility.Excluded(Node(labels: new() { [key] = value })));

    [Theory]
    [InlineData("ToBeDeletedByClusterAutoscaler")]
    [InlineData("karpenter.sh/disrupted")]
    [InlineData("virtual-kubelet.io/provider")]
    public void A_taint_leaves_a_node_out(string key) => Assert.NotNull(NodeEligibility.Excluded(Node(taint: key)));

    [Theory]
    [InlineData("node.kubernetes.io/not-ready")]
    [InlineData("node-role.kubernetes.io/control-plane")]
    [InlineData("node.cilium.io/agent-not-ready")]
    public void Nodes_that_are_not_ready_or_control_planes_take_part(string taint) =>
        Assert.Null(NodeEligibility.Excluded(Node(labels: new() { ["kubernetes.io/os"] = "linux" }, taint: taint)));

    [Fact]
    public void A_node_that_is_being_deleted_is_left_out() =>
        Assert.NotNull(NodeEligibility.Excluded(new V1Node { Metadata = new V1ObjectMeta { Name = "n", DeletionTimestamp = DateTimeOffset.UnixEpoch } }));

    [Theory]
    [InlineData("""["server","--flannel-backend","vxlan"]""", PreviousCniKind.Flannel, true)]
    [InlineData("""["server"]""", PreviousCniKind.Auto, true)]
    [InlineData("""["server","--flannel-backend","none","--disable-network-policy"]""", PreviousCniKind.Auto, false)]
    [InlineData("""["server","--flannel-backend=none"]""", PreviousCniKind.Auto, false)]
    [InlineData(null, PreviousCniKind.Auto, true)]
    [InlineData(null, PreviousCniKind.Flannel, false)]
    public void The_Flannel_inside_of_k3s_runs_until_every_server_says_that_it_does_not(string? arguments, PreviousCniKind kind, bool runs)
    {
        var annotations = new Dictionary<string, string> { ["flannel.alpha.coreos.com/backend-type"] = "vxlan" };
        if (arguments is not null)
        {
            annotations["k3s.io/node-args"] = arguments;
        }

        var node = new V1Node
        {
            Metadata = new V1ObjectMeta { Name = "n", Annotations = annotations },
            Status = new V1NodeStatus { NodeInfo = new V1NodeSystemInfo { KubeletVersion = "v1.35.1+k3s1" } },
        };

        Assert.Equal(runs, EmbeddedFlannel.Running(kind, [node]) is not null);
    }

    private static V1Node Node(Dictionary<string, string>? labels = null, string? taint = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = "n", Labels = labels },
        Spec = new V1NodeSpec { Taints = taint is null ? null : [new V1Taint { Key = taint, Effect = "NoSchedule" }] },
    };
}
