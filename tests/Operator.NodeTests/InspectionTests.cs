using System.Text.Json;
using NetProfile.Commands;
using NetProfile.Crds;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent;
using NetProfile.NodeAgent.Inspection;
using NetProfile.NodeAgent.Tasks;
using NetProfile.Operator.NodeTests.Nodes;
using NetProfile.Operator.Tests.Support;

namespace NetProfile.Operator.NodeTests;

public sealed class InspectionTests
{
    [Fact]
    public async Task The_facts_of_a_Flannel_node_are_read_without_changing_it()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        await CleaningTests.AddAsync(node, "vxlan");
        node.Write("/etc/os-release", "ID=ubuntu\nPRETTY_NAME=\"Ubuntu 24.04 LTS\"\n");
        node.Write("/var/lib/kubelet/kubeadm-flags.env", "");
        var before = await node.DumpAsync();

        var facts = await new NodeInspector(node.Host, new NoEndpoints(), TimeProvider.System)
            .InspectAsync(new InspectionRequest { ApiServerEndpoints = ["192.0.2.1:6443"] }, new NodeView(node.Host), CancellationToken.None);

        Assert.Equal(before, await node.DumpAsync());
        Assert.Equal(("kubeadm", "Ubuntu 24.04 LTS", "eth0", "both"), (facts.Distribution, facts.OperatingSystem, facts.DefaultRouteDevice, facts.IptablesMode));
        Assert.Equal("flannel.1 (vxlan)", facts.Ports!.Single(port => port.Port == "udp/8472").Holder);
        Assert.Equal("", facts.Ports!.Single(port => port.Port == "tcp/4240").Holder);
        Assert.Equal(["/etc/cni/net.d/05-cilium.conflist", "/etc/cni/net.d/10-flannel.conflist", "/etc/cni/net.d/87-podman-bridge.conflist"], facts.CniConfigs!.Select(conf => conf.Path));
        Assert.Equal(["flannel", "portmap"], facts.CniConfigs!.Single(conf => conf.Network == "cbr0").Plugins);
        Assert.Contains("flannel", facts.CniBinaries!);
        Assert.Equal((1, 8472, 1450), (facts.Links!.Single(l => l.Name == "flannel.1").Vni, facts.Links!.Single(l => l.Name == "flannel.1").Port, facts.Links!.Single(l => l.Name == "flannel.1").Mtu));
        Assert.DoesNotContain(facts.Links!, link => link.Master == "cni0");
        Assert.Contains(facts.ForeignRoutes!, route => route.StartsWith("10.50.0.0/16", StringComparison.Ordinal));
        Assert.Contains(facts.ForeignRoutes!, route => route.StartsWith("rule pref 500", StringComparison.Ordinal));
        Assert.False(facts.ApiServerEndpoints!.Single().Reachable);
    }

    [Theory]
    [InlineData("boot", "CONFIG_VXLAN=m\nCONFIG_BPF=y\n# CONFIG_WIREGUARD is not set\n", KernelOption.Module, KernelOption.BuiltIn, KernelOption.No)]
    [InlineData("modules", "", KernelOption.Module, KernelOption.Unknown, KernelOption.No)]
    [InlineData("nothing", "", KernelOption.Unknown, KernelOption.Unknown, KernelOption.Unknown)]
    public void Kernel_options_come_from_the_config_or_the_module_lists_or_are_unknown(string place, string config, KernelOption vxlan, KernelOption bpf, KernelOption wireguard)
    {
        var root = Directory.CreateTempSubdirectory("netprofile-kernel-").FullName;
        try
        {
            void Put(string path, string content)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(root + path)!);
                File.WriteAllText(root + path, content);
            }

            Put("/proc/sys/kernel/osrelease", "6.1.0-test\n");
            if (place == "boot")
            {
                Put("/boot/config-6.1.0-test", config);
            }
            else if (place == "modules")
            {
                Put("/lib/modules/6.1.0-test/modules.dep", "kernel/drivers/net/vxlan/vxlan.ko.zst: kernel/net/ipv4/udp_tunnel.ko.zst\n");
                Put("/lib/modules/6.1.0-test/modules.builtin", "kernel/net/sched/sch_fq.ko\n");
            }

            var facts = KernelInspector.Read(new NetProfile.NodeAgent.Host.HostFiles(root));

            Assert.Equal("6.1.0-test", facts.Version);
            Assert.Equal((vxlan, bpf, wireguard), (facts.Options!["VXLAN"], facts.Options["BPF"], facts.Options["WIREGUARD"]));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task A_peer_is_on_the_same_L2_only_when_it_answers_as_a_neighbour()
    {
        await using var node = await TestNode.CreateAsync();
        var pod = await node.AddPodAsync();
        await node.ShAsync($"""
            ip link add eth0 type veth peer name peer0 netns {pod}; ip link set eth0 up; ip addr add 192.168.7.11/24 dev eth0; ip route add default via 192.168.7.1
            ip -n {pod} addr add 192.168.7.12/24 dev peer0; ip -n {pod} link set peer0 up
            """);
        PeerRequest Peer(string address) => new() { Node = address, Addresses = [address] };

        var facts = await new PeerInspector(node.Host.Network, TimeProvider.System)
            .LookAsync([Peer("192.168.7.12"), Peer("192.168.7.99"), Peer("10.9.9.9"), Peer("nonsense")], CancellationToken.None);

        Assert.Equal(true, facts.Single(f => f.Address == "192.168.7.12").SameL2);
        Assert.Equal("eth0", facts.Single(f => f.Address == "192.168.7.12").Device);
        Assert.Equal(false, facts.Single(f => f.Address == "192.168.7.99").SameL2);
        Assert.Contains("192.168.7.1", facts.Single(f => f.Address == "10.9.9.9").Message);
        Assert.Null(facts.Single(f => f.Address == "nonsense").SameL2);
    }

    [Fact]
    public async Task By_hand_the_verbs_inspect_clean_audit_and_restore_a_node()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        await CleaningTests.AddAsync(node, "vxlan 4096");

        Assert.Equal((ExitCode.No, AuditState.Dirty), await RunAsync(node, "audit"));
        Assert.Equal((ExitCode.Success, AuditState.Dirty), await RunAsync(node, "inspect"));
        Assert.Equal((ExitCode.Success, null), await RunAsync(node, "clean", "--dry-run"));
        Assert.Equal((ExitCode.Success, null), await RunAsync(node, "backup"));
        Assert.Equal((ExitCode.Success, AuditState.Clean), await RunAsync(node, "clean"));
        Assert.Equal((ExitCode.Success, AuditState.Clean), await RunAsync(node, "audit"));
        Assert.Equal((ExitCode.No, null), await RunAsync(node, "restore"));
        Assert.Equal((ExitCode.No, AuditState.Dirty), await RunAsync(node, "audit"));
        Assert.Equal((ExitCode.Trouble, null), await RunAsync(node, "restore", "no-such-backup"));
    }

    [Fact]
    public async Task The_commands_of_the_migration_guide_clean_a_node_by_hand()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddSurvivorsAsync();
        await CleaningTests.AddAsync(node, "vxlan 4096");
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guide", "migrate.md"), TestContext.Current.CancellationToken);
        var lines = guide[guide.IndexOf("netprofile node inspect\n", StringComparison.Ordinal)..].Split('\n').TakeWhile(line => line != "```").ToList();

        foreach (var line in lines)
        {
            Assert.StartsWith("netprofile node ", line);
            var (code, text) = await TextAsync(node, line.Split(' ')[2..]);
            Assert.True(code == ExitCode.Success || (line.EndsWith("restore", StringComparison.Ordinal) && code == ExitCode.No), $"{line}: {code}\n{text}");
        }

        Assert.Equal(5, lines.Count);
    }

    [Fact]
    public async Task The_table_for_people_names_what_is_left()
    {
        await using var node = await TestNode.CreateAsync();
        await node.AddVxlanAsyncWithoutBase();

        var (code, text) = await TextAsync(node, "audit");

        Assert.Equal(ExitCode.No, code);
        Assert.Contains("flannel.1", text);
        Assert.Contains("Dirty", text);
    }

    private static async Task<(int Code, AuditState? Audit)> RunAsync(TestNode node, params string[] arguments)
    {
        var (code, text) = await TextAsync(node, [.. arguments, "-o", "json"]);
        return (code, text.Length == 0 ? null : JsonSerializer.Deserialize(text, CrdsJsonContext.Default.NodeNetworkStatus)!.Audit);
    }

    private static async Task<(int Code, string Text)> TextAsync(TestNode node, params string[] arguments)
    {
        var output = new StringWriter();
        var environment = CommandEnvironment.OfThisProcess() with { Output = output, Error = TextWriter.Null };
        var command = NodeCommands.AddTo(new System.CommandLine.Command("node"), environment, _ => node.Host);
        try
        {
            var code = await command.Parse(arguments).InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, CancellationToken.None);
            return (code, output.ToString());
        }
        catch (CommandException exception)
        {
            return (exception.ExitCode, "");
        }
    }

    private sealed class NoEndpoints : IEndpointProbe
    {
        public Task<EndpointFacts> ProbeAsync(string endpoint, CancellationToken cancellationToken) => Task.FromResult(new EndpointFacts { Endpoint = endpoint, Reachable = false });
    }
}

internal static class BareNode
{
    public static async Task AddVxlanAsyncWithoutBase(this TestNode node) =>
        await node.ShAsync("ip link add flannel.1 type vxlan id 1 dstport 8472 local 127.0.0.1 nolearning");
}
