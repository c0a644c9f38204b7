using NetProfile.Crds.Meta;
using NetProfile.Crds.NetworkProfiles;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Nodes;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Nodes;

public sealed class NodeAgentManifestTests
{
    private static readonly V1Alpha1NetworkProfile Profile = new() { Metadata = new V1ObjectMeta { Name = "cluster", Uid = "uid-1" } };

    private static readonly NodeAgentLaunch Launch = new() { Image = "registry/netprofile-operator@sha256:1", ServiceAccount = "agent", ImagePullSecrets = ["pull"] };

    [Fact]
    public void Agents_run_without_a_pod_network_on_every_node_that_has_one_to_be_cleaned()
    {
        var manifest = NodeAgentManifest.Build(Profile, Launch, "netprofile-system", ["10.0.0.1:6443"]);
        var pod = manifest["spec"]!["template"]!["spec"]!;

        Assert.True((bool)pod["hostNetwork"]!);
        Assert.True((bool)pod["hostPID"]!);
        Assert.Equal("""[{"operator":"Exists"}]""", pod["tolerations"]!.ToJsonString());
        Assert.True((bool)pod["containers"]![0]!["securityContext"]!["privileged"]!);
        Assert.Contains(NetworkProfileNames.SkipLabel, pod["affinity"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.1:6443", pod["containers"]![0]!["args"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("pull", (string?)pod["imagePullSecrets"]![0]!["name"]);
        Assert.Equal("uid-1", (string?)manifest["metadata"]!["ownerReferences"]![0]!["uid"]);
        Assert.Equal("netprofile-system", (string?)manifest["metadata"]!["namespace"]);
    }

    [Fact]
    public void An_address_that_the_chart_names_comes_before_those_that_were_found()
    {
        var byHost = NodeAgentManifest.Build(Profile, Launch with { ServiceAddress = ("lb.example.com", "443") }, "ns", ["10.0.0.1:6443"]).ToJsonString();
        var byList = NodeAgentManifest.Build(Profile, Launch with { ApiServers = ["10.9.9.9:6443"] }, "ns", ["10.0.0.1:6443"]).ToJsonString();

        Assert.Contains("lb.example.com", byHost, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.1", byHost, StringComparison.Ordinal);
        Assert.Contains("10.9.9.9", byList, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.1", byList, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_image_replaces_the_agents_and_an_API_server_that_comes_or_goes_does_not()
    {
        var metadata = NodeAgentManifest.Build(Profile, Launch, "ns", ["10.0.0.1:6443", "10.0.0.2:6443"])["metadata"]!;
        var running = new V1DaemonSet
        {
            Metadata = new V1ObjectMeta
            {
                Name = NodeAgentManifest.Name,
                Namespace = "ns",
                Annotations = metadata["annotations"]!.AsObject().ToDictionary(a => a.Key, a => (string)a.Value!),
            },
        };

        Assert.True(NodeAgentManifest.IsCurrent(running, Launch));
        Assert.False(NodeAgentManifest.IsCurrent(running, Launch with { Image = "registry/netprofile-operator@sha256:2" }));
    }

    [Fact]
    public void What_the_chart_tells_is_read_and_nothing_is_assumed_outside_of_a_pod()
    {
        var variables = new Dictionary<string, string> { ["NETPROFILE_IMAGE"] = "i", ["POD_NAMESPACE"] = "n", ["NETPROFILE_AGENT_SERVICE_ACCOUNT"] = "a", ["NETPROFILE_IMAGE_PULL_SECRETS"] = "x,y" };

        var launch = NodeAgentLaunch.FromEnvironment(variables.GetValueOrDefault);

        Assert.Equal(("i", "n", "a"), (launch.Image, launch.Namespace, launch.ServiceAccount));
        Assert.Equal(["x", "y"], launch.ImagePullSecrets);
        Assert.Null(NodeAgentLaunch.FromEnvironment(_ => null).Image);
    }
}
