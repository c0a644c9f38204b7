using System.Diagnostics;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Probing;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>Connections out of real network namespaces: a node with a bridge, two old pods and a new one on it.</summary>
public sealed class ProbeTests : IAsyncDisposable
{
    // Namespaces of tests that run beside this one are seen, too; ranges of its own tell them apart.
    private readonly string range = $"10.{(Environment.ProcessId % 200) + 20}";
    private readonly List<Process> living = [];
    private TestNode? node;

    [Fact]
    public async Task Living_pods_of_both_networks_and_the_node_itself_try_all_targets_and_say_which_fail()
    {
        var (old1, _, fresh) = await BuildAsync();
        var request = Request(
            Target("old pod", $"{range}.1.2"), Target("new pod", $"{range}.2.2"), Target("node", $"{range}.1.1"), Target("nobody", $"{range}.1.99"),
            Target("service", $"{range}.1.3") with { Listens = true }, new ProbeTarget { Name = "nonsense", Address = "pod.example", Port = 80 });
        var prober = new NodeProber(node!.Host.Probes, "node1", TimeProvider.System);

        var status = await prober.RunAsync(request, null, CancellationToken.None);

        Assert.Equal([("old", $"{range}.1.2"), ("old", $"{range}.1.3"), ("new", $"{range}.2.2")], status.Sources!.Select(source => (source.Network, source.Address)));
        Assert.Equal(4 * 5, status.Tried);
        Assert.Equal(["node1", $"{range}.1.2", $"{range}.1.3", $"{range}.2.2"], status.Failures!.Where(failure => failure.To == "nobody").Select(failure => failure.From));
        Assert.All(status.Failures!.Where(failure => failure.To == "nobody"), failure => Assert.Contains(failure.Message, (string[])["no route to host", "no answer within 4 s"]));
        Assert.Equal(4, status.Failures!.Count(failure => failure.To == "service" && failure.Message == "connection refused"));
        Assert.Equal(8, status.Failed);
        Assert.Contains("nonsense", status.Message);

        // The node forgets the way to its new pod, and only what concerns that one changes.
        await node.ShAsync($"ip route del {range}.2.0/24; ip route add blackhole {range}.2.0/24");
        var later = await prober.RunAsync(request, status, CancellationToken.None);
        Assert.All(later.Failures!.Where(failure => failure.To is "new pod"), failure => Assert.NotEqual($"{range}.2.2", failure.From));
        Assert.Contains(later.Failures!, failure => failure is { From: "node1", To: "new pod" });
        Assert.Equal(status.Failures!.First(failure => failure.To == "nobody").Since, later.Failures!.First(failure => failure.To == "nobody").Since);
        Assert.NotEqual(old1, fresh);
    }

    [Fact]
    public async Task A_pod_without_a_process_is_dead_and_one_that_ends_is_no_source_any_more()
    {
        await BuildAsync();
        var prober = new NodeProber(node!.Host.Probes, "node1", TimeProvider.System);
        var request = Request(Target("node", $"{range}.1.1"));
        var first = await prober.RunAsync(request, null, CancellationToken.None);
        Assert.Equal(3, first.Sources!.Count);
        Assert.Same(first, await prober.RunAsync(request, first, CancellationToken.None));
        var gone = node.Host.Probes.Pods().Single(pod => pod.Addresses.Any(address => address.ToString() == $"{range}.1.3"));

        await EndAsync(living[1]);

        var second = await prober.RunAsync(request, first, CancellationToken.None);
        Assert.Equal([$"{range}.1.2", $"{range}.2.2"], second.Sources!.Select(source => source.Address));
        Assert.Equal(0, second.Failed);
        await Assert.ThrowsAsync<HostException>(() => node.Host.Probes.ConnectAsync(gone, [], TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in living)
        {
            await EndAsync(process);
            process.Dispose();
        }

        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private async Task<(string Old1, string Old2, string Fresh)> BuildAsync()
    {
        node = await TestNode.CreateAsync();
        await node.ShAsync($"sysctl -qw net.ipv4.ip_forward=1; ip link set lo up; ip link add cni0 type bridge; ip addr add {range}.1.1/24 dev cni0; ip link set cni0 up");
        var old1 = await AddAsync("veth1", $"{range}.1.2", $"{range}.1.1", bridged: true);
        var old2 = await AddAsync("veth2", $"{range}.1.3", $"{range}.1.1", bridged: true);
        var fresh = await AddAsync("lxc1", $"{range}.2.2", $"{range}.2.1", bridged: false);
        return (old1, old2, fresh);
    }

    private async Task<string> AddAsync(string device, string address, string gateway, bool bridged)
    {
        var pod = await node!.AddPodAsync();
        await node.ShAsync($"""
            ip link add {device} type veth peer name eth0 netns {pod}; ip link set {device} {(bridged ? "master cni0" : "")} up
            ip -n {pod} link set lo up; ip -n {pod} addr add {address}/24 dev eth0; ip -n {pod} link set eth0 up; ip -n {pod} route add default via {gateway}
            {(bridged ? "" : $"ip addr add {gateway}/24 dev {device}")}
            """);
        var process = new Process { StartInfo = new ProcessStartInfo("ip", ["netns", "exec", pod, "sh", "-c", "echo up; exec cat"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true } };
        process.Start();
        living.Add(process);
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync());
        return pod;
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private ProbeRequest Request(params ProbeTarget[] targets) => new()
    {
        Round = "1",
        Networks = [new ProbeNetwork { Name = "old", CIDRs = [$"{range}.1.0/24"] }, new ProbeNetwork { Name = "new", CIDRs = [$"{range}.2.0/24"] }],
        Targets = targets,
    };

    private static ProbeTarget Target(string name, string address) => new() { Name = name, Address = address, Port = 9 };
}
