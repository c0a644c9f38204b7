using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>"Cluster Pods: 13/16 managed by Cilium".</summary>
public sealed class PodCounterTests
{
    private static readonly Dictionary<string, string> s_config = [];

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeAgents _api = new();
    private readonly PodCounter _counter;
    private AgentReports _agents;

    public PodCounterTests()
    {
        _counter = new PodCounter(_api, _clock);
        _agents = new AgentReports { Agents = [Agent(new AgentAnswer { AskedAt = Now, Restarts = 0, Ready = true, ConfigDigest = "", Seen = new() { Node = "node1" } })] };
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task Pods_with_an_address_and_no_endpoint_are_unmanaged_by_name()
    {
        _api.ClusterPods.AddRange([Pod("managed", -60), Pod("old", -60), Pod("host", -60, hostNetwork: true), Pod("pending", -60, ip: null), Pod("young", -1), Pod("bare", -60, bare: true)]);
        _api.Endpoints.Add("managed");

        var census = await CountAsync();

        Assert.Equal((5, 1), (census!.Pods, census.Managed));
        Assert.Equal([new UnmanagedPod("default/bare", "node1", true), new UnmanagedPod("default/old", "node1", false)], census.Unmanaged);
        Assert.Equal(TimeSpan.FromMinutes(1), census.LookAgainAfter);
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
    public async Task Nothing_is_counted_before_all_agents_have_answered_or_where_endpoints_are_not_stored()
    {
        Assert.Null(await _counter.CountAsync(_agents, new Dictionary<string, string> { ["disable-endpoint-crd"] = "true" }, TestContext.Current.CancellationToken));
        Assert.Null(await _counter.CountAsync(_agents, null, TestContext.Current.CancellationToken));
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

    private Task<PodCensus?> CountAsync() => _counter.CountAsync(_agents, s_config, TestContext.Current.CancellationToken);

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
            OwnerReferences = bare ? null : [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "web", Uid = "1" }],
        },
        Spec = new V1PodSpec { NodeName = "node1", HostNetwork = hostNetwork ? true : null },
        Status = new V1PodStatus { Phase = ip is null ? "Pending" : "Running", PodIP = ip, StartTime = Now.AddSeconds(age) },
    };
}
