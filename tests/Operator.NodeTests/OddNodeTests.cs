using System.Diagnostics;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Catalogue;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>Nodes on which something is missing, in use, in the way, or very large.</summary>
public sealed class OddNodeTests
{
    [Fact]
    public async Task The_bridge_of_a_living_pod_stays_until_the_pod_is_gone_or_the_plan_says_so()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        node.AddFiles();
        await node.AddVxlanAsync();
        await node.AddBridgeAsync(pods: 0);
        var pod = await node.AddPodAsync();
        await node.ShAsync($"ip link add veth1 mtu 1450 type veth peer name eth9 netns {pod}; ip link set veth1 master cni0 up; ip -n {pod} link set eth9 up");
        using var process = new Process { StartInfo = new ProcessStartInfo("ip", ["netns", "exec", pod, "sleep", "300"]) { UseShellExecute = false } };
        process.Start();
        try
        {
            await WaitForAsync(() => node.Host.Processes.HasProcesses(pod) == true);
            node.Write("/run/containerd/io.containerd.runtime.v2.task/k8s.io/" + Ids.Of(3) + "/init.pid", "1");
            node.Write($"/var/lib/cni/results/cbr0-{Ids.Of(4)}-eth0", "{\"half\":");
            node.Write($"/var/lib/cni/results/cbr0-{Ids.Of(3)}-eth0", """
                {"kind":"cniCacheV1","containerId":"x","config":"e30=","ifName":"eth0","networkName":"cbr0",
                 "cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","shop"],["K8S_POD_NAME","db-0"]],
                 "result":{"cniVersion":"1.0.0","interfaces":[{"name":"cni0","mac":"0a:58:0a:f4:01:01"},{"name":"veth1"},{"name":"eth0","sandbox":"/var/run/netns/cni-1"}]}}
                """);
            var outcome = await node.CleanAsync();
            Assert.Contains(outcome.Results, r => r.Id == "cni-bridge" && r.State == NodeTaskState.Blocked && r.Message!.Contains("veth1 of pod shop/db-0"));
            Assert.Contains((await node.AuditAsync()).Residues, r => r.Where == "cni0" && r.Message!.Contains("kubectl -n shop delete pod db-0"));
            Assert.Contains(outcome.Results, r => r.Id == "flannel-ipam-leases" && r.State == NodeTaskState.Blocked);
            Assert.Contains(outcome.Results, r => r.Id == "flannel-vxlan-links" && r.State == NodeTaskState.Done);
            Assert.Equal(AuditState.Dirty, (await node.AuditAsync()).State);
            Assert.True(node.Exists("/run/flannel/subnet.env"));

            (await node.CleanAsync(new() { Catalogue = TraceCatalogue.PreviousNetwork, EvenIfInUse = true })).AssertSucceeded();
            Assert.Equal(AuditState.Clean, (await node.AuditAsync()).State);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Without_iptables_legacy_and_without_nft_what_is_there_is_still_cleaned()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.AddBridgeAsync(pods: 0);
        await node.AddChainsAsync("iptables-nft");
        node.Tools.Missing.UnionWith(["iptables-legacy-save", "ip6tables-legacy-save", "iptables-legacy-restore", "nft", "ipset", "ipvsadm", "bpftool"]);

        (await node.CleanAsync()).AssertSucceeded();

        Assert.Equal(AuditState.Clean, (await node.AuditAsync()).State);
        Assert.DoesNotContain("FLANNEL", await node.ShAsync("iptables-nft-save"));
    }

    [Fact]
    public async Task Rules_that_no_tool_can_show_make_no_clean_verdict()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddChainsAsync("iptables-legacy");
        node.Tools.Missing.UnionWith(["iptables-legacy-save", "iptables-legacy-restore"]);

        var failure = await Assert.ThrowsAsync<NetProfile.NodeAgent.Host.HostException>(() => node.AuditAsync());

        Assert.Contains("iptables-legacy", failure.Message);
    }

    [Fact]
    public async Task A_file_that_can_not_be_removed_fails_its_task_and_no_other()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.AddChainsAsync("iptables-nft");
        var folder = node.Root + "/opt/cni/bin";
        await TestNode.ShellAsync($"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}");
        try
        {
            var outcome = await node.CleanAsync();
            Assert.Contains(outcome.Results, r => r.Id == "flannel-binary" && r.State == NodeTaskState.Failed && r.Message!.Contains("flannel"));
            Assert.Equal(["flannel-binary"], outcome.Results.Where(r => r.State is NodeTaskState.Failed or NodeTaskState.Blocked).Select(r => r.Id));
            var audit = await node.AuditAsync();
            Assert.Equal((AuditState.Dirty, "/opt/cni/bin/flannel"), (audit.State, audit.Residues.Single().Where));
        }
        finally
        {
            await TestNode.ShellAsync($"umount {folder}");
        }

        (await node.CleanAsync()).AssertSucceeded();
        Assert.Single(node.Backups.List());
    }

    [Fact]
    public async Task Names_without_proof_are_left_alone_and_reported()
    {
        await using var node = await TestNode.CreateAsync();
        node.Write("/run/flannel/subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.0.1/24\n");
        await node.ShAsync("""
            ip link add flannel.7 type vxlan id 8 dstport 8999; ip link add flannel0 type bridge
            ip link add cni0 type bridge; ip addr add 10.85.0.1/16 dev cni0
            nft add table ip flannel-ipv4; nft add chain ip flannel-ipv4 mine
            """);
        node.Write("/etc/cni/net.d/10-flannel.conflist", """{"name":"mine","plugins":[{"type":"bridge"}]}""");
        Directory.CreateDirectory(node.Root + "/etc/precious");
        node.Write("/etc/precious/file", "x");
        Directory.CreateDirectory(node.Root + "/var/lib/cni/networks");
        File.CreateSymbolicLink(node.Root + "/var/lib/cni/networks/cbr0", "/etc/precious");
        File.CreateSymbolicLink(node.Root + "/var/lib/cni/flannel", "../../../../../../etc");

        var outcome = await node.CleanAsync();

        var blocked = outcome.Results.Where(r => r.State == NodeTaskState.Blocked).ToDictionary(r => r.Id!, r => r.Message!);
        Assert.Equal(
            ["cni-bridge", "flannel-cni-conf", "flannel-delegate-state", "flannel-ipam-leases", "flannel-nft-tables", "flannel-udp-links", "flannel-vxlan-links"],
            blocked.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("VNI is 8", blocked["flannel-vxlan-links"]);
        Assert.Contains("symlink", blocked["flannel-ipam-leases"]);
        Assert.Contains("10.85.0.1/16", blocked["cni-bridge"]);
        Assert.True(node.Exists("/etc/precious/file"));
        Assert.Contains("flannel.7", await node.ShAsync("ip link"));
    }

    [Fact]
    public async Task Two_agents_at_once_do_not_mix()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        var never = await node.DumpAsync();
        await CleaningTests.AddAsync(node, "vxlan");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => node.CleanAsync())));

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded || outcome.Results.All(r => r.State == NodeTaskState.Blocked && r.Message!.Contains("another agent"))));
        Assert.Contains(outcomes, outcome => outcome.Succeeded);
        CleaningTests.AssertSame(never, await node.DumpAsync());
        Assert.Single(node.Backups.List());
    }

    [Fact]
    public async Task Somebody_who_changes_other_rules_meanwhile_loses_none()
    {
        await using var node = await TestNode.CreateAsync();
        node.AddFiles();
        await node.AddChainsAsync("iptables-nft", "iptables-legacy");
        await node.AddKubeProxyAsync("iptables-nft", 200);
        await node.AddKubeProxyAsync("iptables-legacy", 200);
        var other = node.ShAsync("""
            for i in $(seq 1 60); do iptables-nft -w -t nat -A POSTROUTING -s 10.9.9.$i -j ACCEPT; iptables-legacy -w -t nat -A POSTROUTING -s 10.9.9.$i -j ACCEPT; done
            """);

        (await node.CleanAsync()).AssertSucceeded();
        await other;

        foreach (var tool in (string[])["iptables-nft-save", "iptables-legacy-save"])
        {
            var rules = await node.ShAsync(tool);
            Assert.Equal(60, rules.Split('\n').Count(line => line.StartsWith("-A POSTROUTING -s 10.9.9.", StringComparison.Ordinal)));
            Assert.DoesNotContain("KUBE-SVC", rules);
        }
    }

    [Fact]
    public async Task Five_thousand_rules_and_two_hundred_ports_are_cleaned()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        var never = await node.DumpAsync();
        node.AddFiles();
        await node.AddVxlanAsync();
        await node.AddBridgeAsync(pods: 200);
        await node.AddKubeProxyAsync("iptables-nft", 1700);
        Assert.Equal(AuditState.Dirty, (await node.AuditAsync()).State);

        (await node.CleanAsync()).AssertSucceeded();

        CleaningTests.AssertSame(never, await node.DumpAsync());
    }

    [Fact]
    public async Task Backups_are_pruned_by_count_and_never_the_last()
    {
        await using var node = await TestNode.CreateAsync();
        for (var i = 0; i < 7; i++)
        {
            node.AddFiles();
            (await node.CleanAsync()).AssertSucceeded();
        }

        Assert.Equal(5, node.Backups.List().Count);
        Assert.Equal("root rwx------", await TestNode.ShellAsync($"stat -c '%U %A' {node.Root}/var/lib/netprofile/backups | tr -d '\\nd'"));
        await File.AppendAllTextAsync(node.Root + "/var/lib/netprofile/backups/" + node.Backups.Find(null)!.Name + "/manifest.json", " \n{}");
        Assert.Equal(4, node.Backups.List().Count);
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        for (var i = 0; i < 200 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        Assert.True(condition());
    }
}
