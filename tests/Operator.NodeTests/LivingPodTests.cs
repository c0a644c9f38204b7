using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

public sealed class LivingPodTests
{
    private const string Containers = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/";

    [Fact]
    public async Task Host_ports_and_records_of_a_living_container_stay_and_those_of_dead_ones_go()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.AddChainsAsync("iptables-nft");
        await node.AddHostPortAsync("iptables-nft", 2);
        await node.AddHostPortAsync("iptables-nft", 3);
        node.Write("/var/lib/cni/flannel/" + Ids.Of(3), "{}");
        node.Write($"/var/lib/cni/results/cni-loopback-{Ids.Of(3)}-lo", "{}");
        node.Write(Containers + Ids.Of(3) + "/init.pid", "1");

        var outcome = await node.CleanAsync();

        var rules = await node.ShAsync("iptables-nft-save -t nat");
        Assert.Contains("CNI-DN-9a4c1dc7f4175160f813", rules);
        Assert.Contains("CNI-HOSTPORT-DNAT", rules);
        Assert.DoesNotContain("CNI-DN-9a4c1dc7f4175160f812", rules);
        Assert.DoesNotContain("FLANNEL", rules);
        Assert.True(node.Exists("/var/lib/cni/flannel/" + Ids.Of(3)));
        Assert.False(node.Exists("/var/lib/cni/flannel/" + Ids.Of(2)));
        Assert.True(node.Exists($"/var/lib/cni/results/cni-loopback-{Ids.Of(3)}-lo"));
        Assert.False(node.Exists($"/var/lib/cni/results/cni-loopback-{Ids.Of(2)}-lo"));
        Assert.Contains(outcome.Results, r => r.Id == "flannel-binary" && r.State == NodeTaskState.Blocked);

        Directory.Delete(node.Root + Containers + Ids.Of(3), recursive: true);
        (await node.CleanAsync()).AssertSucceeded();
        Assert.Equal(AuditState.Clean, (await node.AuditAsync()).State);
        Assert.DoesNotContain("CNI-", await node.ShAsync("iptables-nft-save -t nat"));
        Assert.Single(node.Backups.List());
    }

    [Fact]
    public async Task Nothing_of_Flannel_goes_while_flanneld_runs()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.AddKubeProxyAsync("iptables-nft");
        File.Delete(node.Root + "/proc");
        node.Write("/proc/4711/comm", "flanneld\n");

        var outcome = await node.CleanAsync();

        Assert.Contains(outcome.Results, r => r.Id == "flannel-cni-conf" && r.State == NodeTaskState.Blocked && r.Message!.Contains("flanneld"));
        Assert.Contains(outcome.Results, r => r.Id == "kube-proxy-chains" && r.State == NodeTaskState.Done);
        Assert.True(node.Exists("/etc/cni/net.d/10-flannel.conflist"));
    }

    [Fact]
    public void The_agents_DaemonSet_runs_everywhere_and_needs_no_network()
    {
        var set = NodeAgentDaemonSet.Build(new NodeAgentSettings { Namespace = "netprofile", Image = "img:1", ServiceAccount = "agent", ApiServers = ["10.0.0.1:6443"] });

        var pod = set["spec"]!["template"]!["spec"]!;
        Assert.True((bool)pod["hostNetwork"]!);
        Assert.Equal("""[{"operator":"Exists"}]""", pod["tolerations"]!.ToJsonString());
        Assert.Equal("""["node-agent","--root","/host","--api-server","10.0.0.1:6443"]""", pod["containers"]![0]!["args"]!.ToJsonString());
        var volumes = pod["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!).Order();
        Assert.Equal(volumes, pod["containers"]![0]!["volumeMounts"]!.AsArray().Select(mount => (string)mount!["name"]!).Order());
    }
}
