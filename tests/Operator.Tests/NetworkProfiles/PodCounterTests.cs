using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.NetworkProfiles.Pods;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>"Cluster Pods: 13/16 managed by Cilium".</summary>
public sealed class PodCounterTests
{
    private static readonly Dictionary<string, string> s_config = [];

    private static readonly V1Node[] s_nodes = [Node("node1", "True"), Node("node2", "Unknown")];

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeAgents _api = new();
    private readonly PodCounter _counter;
    private AgentReports _agents;
    private TimeSpan? _pace;

    public PodCounterTests()
    {
        _counter = new PodCounter(_api, _clock);
        _agents = new AgentReports { Agents = [Agent(new AgentAnswer { AskedAt = Now, Restarts = 0, Ready = true, ConfigDigest = "", Seen = new() { Node = "node1" } })] };
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pods_with_an_address_and_no_endpoint_are_unmanaged_by_name(bool oldServer)
    {
        _api.IsOld = oldServer;
        _api.ClusterPods.AddRange([Pod("managed", -60), Pod("old", -60), Pod("host", -60, hostNetwork: true), Pod("pending", -60, ip: null), Pod("young", -1), Pod("bare", -60, bare: true)]);
        _api.Endpoints.Add("managed");

        var census = await CountAsync();

        Assert.Equal((5, 1), (census!.Pods, census.Managed));
        Assert.Equal([("default/bare", null), ("default/old", "Deployment default/web")], census.Unmanaged.Select(p => (p.FullName, p.Owner?.ToString())));
        Assert.Equal(["default/managed", "default/pending", "default/young"], census.Others.Select(p => p.FullName));
        Assert.Equal(TimeSpan.FromMinutes(1), census.LookAgainAfter);
    }

    [Fact]
    public async Task While_all_pods_are_managed_their_names_are_enough()
    {
        _api.ClusterPods.AddRange(Enumerable.Range(0, 10).Select(n => Pod($"managed{n}", -60)));
        _api.Endpoints.AddRange(Enumerable.Range(0, 10).Select(n => $"managed{n}"));
        _api.ClusterPods.Add(Pod("pending", -60, ip: null));

        var census = await CountAsync();

        Assert.Equal((11, 10, 0), (census!.Pods, census.Managed, census.Unmanaged.Count));
        Assert.Equal((1, 0), (_api.Gets, _api.WholeLists));
    }

    [Fact]
    public async Task Their_names_are_enough_also_where_pods_would_be_moved_until_one_has_its_network_from_elsewhere()
    {
        _pace = TimeSpan.FromSeconds(2);
        _api.ClusterPods.Add(Pod("managed", -60));
        _api.Endpoints.Add("managed");
        await CountAsync();
        var whole = _api.WholeLists;
        Assert.NotEqual(0, whole);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await CountAsync())!.Managed);
        Assert.Equal(whole, _api.WholeLists);

        _api.ClusterPods.Add(Pod("old", -60));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("default/old", Assert.Single((await CountAsync())!.Unmanaged).FullName);
    }

    [Fact]
    public async Task Pods_are_counted_at_most_once_a_minute()
    {
        await CountAsync();
        var lists = _api.Lists;
        _clock.Advance(TimeSpan.FromSeconds(59));
        await CountAsync();
        Assert.Equal(lists, _api.Lists);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await CountAsync();
        Assert.Equal(2 * lists, _api.Lists);
    }

    [Fact]
    public async Task While_pods_are_moved_they_are_counted_at_the_pace_asked_for_and_after_a_move_at_once()
    {
        _api.ClusterPods.Add(Pod("old", -60));
        _pace = TimeSpan.FromSeconds(2);
        Assert.Equal(_pace, (await CountAsync())!.LookAgainAfter);
        var lists = _api.Lists;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await CountAsync();
        Assert.Equal(lists, _api.Lists);

        _counter.Forget();
        await CountAsync();
        Assert.Equal(2 * lists, _api.Lists);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await CountAsync();
        Assert.Equal(3 * lists, _api.Lists);
    }

    [Fact]
    public async Task An_agent_on_a_node_that_is_down_is_not_waited_for()
    {
        _agents = new AgentReports { Agents = [.. _agents.Agents, Agent(null) with { Node = "node2", Ready = false }] };
        _api.ClusterPods.AddRange([Pod("old", -60), Pod("lost", -60) with { Spec = new V1PodSpec { NodeName = "node2" } }]);

        Assert.Equal(["default/old"], (await CountAsync())!.Unmanaged.Select(p => p.FullName));
    }

    [Fact]
    public async Task Nothing_is_counted_before_all_agents_have_answered_or_where_endpoints_are_not_stored()
    {
        Assert.Null(await _counter.CountAsync(_agents, new Dictionary<string, string> { ["disable-endpoint-crd"] = "true" }, s_nodes, null, false, TestContext.Current.CancellationToken));
        Assert.Null(await _counter.CountAsync(_agents, null, s_nodes, null, false, TestContext.Current.CancellationToken));
        _agents = new AgentReports { Agents = [Agent(null)] };
        Assert.Null(await CountAsync());
        Assert.Equal(0, _api.Lists);
    }

    [Fact]
    public async Task A_refusal_is_said_and_stops_nothing_else()
    {
        _api.ListFails = new KubernetesException(new V1Status { Code = 403, Message = "pods is forbidden" });

        Assert.Equal("pods is forbidden", (await CountAsync())!.Error);
    }

    private Task<PodCensus?> CountAsync() => _counter.CountAsync(_agents, s_config, s_nodes, _pace, false, TestContext.Current.CancellationToken);

    private AgentReport Agent(AgentAnswer? answer) => new()
    {
        Node = "node1",
        Pod = "cilium-node1",
        Ready = true,
        RunningSince = Now.AddSeconds(-10),
        ConfiguredAt = null,
        MeasuresPeers = true,
        Answer = answer,
    };

    private static V1Node Node(string name, string ready) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Status = new V1NodeStatus { Conditions = [new V1StatusCondition { Type = "Ready", Status = ready }] },
    };

    /// <param name="name">Its name in the namespace default.</param>
    /// <param name="age">Seconds before now at which it started, negative.</param>
    /// <param name="hostNetwork">Uses its node's network.</param>
    /// <param name="ip">null while it has none.</param>
    /// <param name="bare">Owned by nothing.</param>
    private V1Pod Pod(string name, int age, bool hostNetwork = false, string? ip = "10.244.0.5", bool bare = false) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Namespace = "default",
            Labels = new Dictionary<string, string> { ["pod-template-hash"] = "5d4f" },
            OwnerReferences = bare ? null : [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "web-5d4f", Uid = "1", Controller = true }],
        },
        Spec = new V1PodSpec { NodeName = "node1", HostNetwork = hostNetwork ? true : null },
        Status = new V1PodStatus { Phase = ip is null ? "Pending" : "Running", PodIP = ip, StartTime = Now.AddSeconds(age) },
    };
}
