using System.Net;
using System.Runtime.InteropServices;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Inspection;
using NetProfile.Operator.NodeTests.Nodes;

namespace NetProfile.Operator.NodeTests;

/// <summary>Two nodes and a router between them, whose other link takes less than the nodes' own.</summary>
public sealed class PathMtuTests
{
    private const int CloneNewNet = 0x40000000;

    [Theory]
    [InlineData("192.168.8.2", 1500, 1500)]
    [InlineData("192.168.8.2", 1400, 1400)]
    [InlineData("fd00:8::2", 1500, 1500)]
    [InlineData("fd00:8::2", 1400, 1400)]
    public async Task A_router_that_takes_less_says_so(string peer, int wayMtu, int expected)
    {
        await using var node = await CreateAsync(wayMtu);

        Assert.Equal(new PathMtu(expected, null), await MeasureAsync(node, peer));
    }

    [Theory]
    [InlineData("192.168.8.2", "iptables-nft -A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP")]
    [InlineData("fd00:8::2", "ip6tables-nft -A OUTPUT -p icmpv6 --icmpv6-type packet-too-big -j DROP")]
    public async Task Where_large_packets_vanish_the_limit_is_searched_for(string peer, string silence)
    {
        await using var node = await CreateAsync(1397);
        await TestNode.ShellAsync(silence, $"{node.Name}-p1");

        var path = await MeasureAsync(node, peer);

        Assert.Equal(1397, path.Mtu);
        Assert.Contains("vanish", path.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_answers_nothing_has_no_path_MTU()
    {
        await using var node = await CreateAsync(1500);
        await TestNode.ShellAsync("iptables-nft -A INPUT -p icmp -j DROP", $"{node.Name}-p2");

        var path = await MeasureAsync(node, "192.168.8.2");

        Assert.Null(path.Mtu);
        Assert.Contains("doesn't answer", path.Message, StringComparison.Ordinal);
    }

    /// <summary>The node, a router in its first pod's place and the peer in the second's.</summary>
    private static async Task<TestNode> CreateAsync(int wayMtu)
    {
        var node = await TestNode.CreateAsync();
        var router = await node.AddPodAsync();
        var peer = await node.AddPodAsync();
        foreach (var pod in (string[])[router, peer])
        {
            await TestNode.ShellAsync("sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0", pod);
        }

        await node.ShAsync($"""
            ip link add eth0 type veth peer name near netns {router}
            ip addr add 192.168.7.1/24 dev eth0; ip addr add fd00:7::1/64 dev eth0 nodad; ip link set eth0 up
            ip route add default via 192.168.7.254; ip route add default via fd00:7::254
            """);
        await TestNode.ShellAsync($"""
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            ip link add far type veth peer name eth0 netns {peer}
            ip addr add 192.168.7.254/24 dev near; ip addr add fd00:7::254/64 dev near nodad; ip link set near up
            ip addr add 192.168.8.254/24 dev far; ip addr add fd00:8::254/64 dev far nodad; ip link set far up mtu {wayMtu}
            """, router);
        await TestNode.ShellAsync($"""
            ip addr add 192.168.8.2/24 dev eth0; ip addr add fd00:8::2/64 dev eth0 nodad; ip link set eth0 up mtu {wayMtu}
            ip route add default via 192.168.8.254; ip route add default via fd00:8::254
            """, peer);
        return node;
    }

    private static Task<PathMtu> MeasureAsync(TestNode node, string peer) =>
        new PathMtuProbe(address => InNamespace(node.Name, () => new EchoSocket(address, TimeProvider.System))).MeasureAsync(IPAddress.Parse(peer), 1500, CancellationToken.None);

    /// <summary>A socket belongs to the network that its thread was in when it was made; the thread is not used again.</summary>
    private static T InNamespace<T>(string name, Func<T> make)
    {
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{name}");
                Assert.Equal(0, SetNamespace((int)handle.DangerousGetHandle(), CloneNewNet));
                made = make();
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or Xunit.Sdk.XunitException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw failure;
    }

#pragma warning disable SYSLIB1054, CA5392 // Plain DllImport needs no unsafe code; libc is always loaded.
    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(int descriptor, int type);
#pragma warning restore SYSLIB1054, CA5392
}
