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

    [Theory]
    [InlineData(100, NodeTaskState.Blocked)]
    [InlineData(2_000_000_000, NodeTaskState.Done)]
    public async Task Flannel_inside_of_k3s_is_left_alone_until_k3s_was_restarted_without_it(long startedAt, NodeTaskState state)
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        File.Delete(node.Root + "/proc");
        node.Write("/proc/stat", "cpu 1 2 3\nbtime 1000\n");
        node.Write("/proc/77/comm", "k3s-server\n");
        node.Write("/proc/77/stat", $"77 (k3s-server) S 1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 {startedAt * 100} 1 1");

        var outcome = await node.CleanAsync();

        Assert.Equal(state, outcome.Results.Single(r => r.Id == "flannel-cni-conf").State);
    }

    [Fact]
    public async Task A_device_that_another_one_sits_on_and_a_wide_plan_that_covers_the_nodes_are_no_reason_to_cut_anything_off()
    {
        await using var node = await TestNode.CreateAsync();
        await node.ShAsync("""
            ip link add eth0 type veth peer name up0; ip link set up0 up; ip link set eth0 up; ip addr add 10.1.7.11/24 dev eth0
            ip route add 10.20.0.0/24 via 10.1.7.1; ip route add blackhole 10.66.0.0/16
            ip link add flannel.1 type vxlan id 1 dstport 8472 local 10.1.7.11 nolearning; ip link add mac0 link flannel.1 type macvlan
            """);
        var before = await node.DumpAsync();

        var outcome = await node.CleanAsync(new() { Catalogue = NetProfile.NodeAgent.Catalogue.TraceCatalogue.PreviousNetwork, PodCIDRs = ["10.0.0.0/8"], EvenIfInUse = true });

        Assert.Contains(outcome.Results, r => r.Id == "flannel-vxlan-links" && r.State == NodeTaskState.Blocked && r.Message!.Contains("mac0"));
        CleaningTests.AssertSame(before, await node.DumpAsync());
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
