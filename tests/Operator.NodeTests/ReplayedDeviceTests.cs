using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>Kinds of device that the kernel at hand may lack (WireGuard, IPIP, IPVS' dummy): replayed tool output, not the real thing.</summary>
public sealed class ReplayedDeviceTests
{
    [Fact]
    public async Task Replayed_wireguard_and_ipip_devices_of_Flannel_go_and_those_of_others_stay()
    {
        await using var node = await TestNode.CreateAsync();
        var replay = new ReplayingRunner(node.Tools);
        node.Host = new HostFacade(replay, node.Root);
        node.AddFiles();
        replay.AddLink("flannel-wg", "wireguard", "10.244.0.0");
        replay.AddLink("flannel-wg-v6", "wireguard", "10.244.0.0");
        replay.AddLink("flannel.ipip", "ipip", "10.244.0.0", """{"remote":"any","local":"192.168.7.11","ttl":0}""");
        replay.AddLink("wg0", "wireguard", "10.200.0.1");
        replay.AddLink("tunl0", "ipip", "10.201.0.1");

        (await node.CleanAsync()).AssertSucceeded();

        Assert.Equal(["tunl0", "wg0"], new[] { "flannel-wg", "flannel-wg-v6", "flannel.ipip", "tunl0", "wg0" }.Where(replay.Has));
        Assert.Equal(AuditState.Clean, (await node.AuditAsync()).State);
        Assert.Contains(await node.RestoreAsync(), r => r.What == "link flannel-wg" && r.Message.Contains("keys"));
    }

    [Fact]
    public async Task Replayed_ipvs_services_go_with_kube_ipvs0_and_those_of_another_balancer_stay()
    {
        await using var node = await TestNode.CreateAsync();
        var replay = new ReplayingRunner(node.Tools);
        node.Host = new HostFacade(replay, node.Root);
        replay.AddLink("kube-ipvs0", "dummy", "10.96.0.1");
        replay.VirtualServers.AddRange(["-A -t 10.96.0.1:443 -s rr", "-a -t 10.96.0.1:443 -r 192.168.7.11:6443 -m -w 1", "-A -t 203.0.113.5:80 -s wlc", "-a -t 203.0.113.5:80 -r 10.1.1.1:80 -m -w 1"]);
        await node.ShAsync("ipset create KUBE-CLUSTER-IP hash:ip,port; ipset create blocklist hash:ip");

        (await node.CleanAsync()).AssertSucceeded();

        Assert.False(replay.Has("kube-ipvs0"));
        Assert.Equal(["-A -t 203.0.113.5:80 -s wlc", "-a -t 203.0.113.5:80 -r 10.1.1.1:80 -m -w 1"], replay.VirtualServers);
        Assert.Equal("blocklist", (await node.ShAsync("ipset list -n")).Trim());
    }
}
