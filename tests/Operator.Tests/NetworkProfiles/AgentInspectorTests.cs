using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.NetworkProfiles.Agents;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles;

/// <summary>Who is asked, when, and how much that costs.</summary>
public sealed class AgentInspectorTests
{
    private static readonly Dictionary<string, string> s_config = new() { ["routing-mode"] = "tunnel" };

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeAgents _agents = new();
    private readonly AgentInspector _inspector;

    public AgentInspectorTests() => _inspector = new AgentInspector(new AgentInterview(_agents), _clock);

    private DateTimeOffset LongAgo => _clock.GetUtcNow().AddHours(-1);

    [Fact]
    public async Task A_thousand_agents_are_asked_a_bounded_number_at_a_time_and_cost_less_than_a_request_a_second_afterwards()
    {
        _agents.Add(1000, LongAgo);
        var first = await RoundAsync();
        Assert.Equal(64, first.Asked);
        Assert.Equal(TimeSpan.FromSeconds(1), first.LookAgainAfter);

        var rounds = 1;
        for (var reports = first; reports.Asked < 1000; rounds++)
        {
            _clock.Advance(reports.LookAgainAfter!.Value);
            reports = await RoundAsync();
        }

        Assert.InRange(rounds, 16, 20);
        Assert.InRange(_agents.MostAtATime, 1, 8);
        Assert.Equal(16, _agents.Executed.Where(e => e.Command.StartsWith("cilium-health", StringComparison.Ordinal)).Select(e => e.Pod).Distinct().Count());

        // Ten simulated minutes, at any time of the round.
        for (var start = 0; start < 12; start++)
        {
            _agents.Executed.Clear();
            var (end, reconciles) = (_clock.GetUtcNow().AddMinutes(10), 0);
            while (_clock.GetUtcNow() < end)
            {
                reconciles++;
                _clock.Advance((await RoundAsync()).LookAgainAfter!.Value);
            }

            // A reconcile itself sends some twelve requests more, and the Lease is renewed every four seconds.
            Assert.InRange(_agents.Executed.Count + (12 * reconciles) + 150, 1, 550);
        }
    }

    [Fact]
    public async Task Of_a_thousand_agents_no_word_is_older_than_an_hour_and_none_on_peers_older_than_eight_minutes()
    {
        _agents.Add(1000, LongAgo);
        var reports = await RoundAsync();
        var start = _clock.GetUtcNow();
        while (_clock.GetUtcNow() < start.AddHours(3))
        {
            _clock.Advance(reports.LookAgainAfter!.Value);
            if (reports.Asked == 1000)
            {
                Assert.All(reports.Agents, a => Assert.InRange(Age(a.Answer!.AskedAt), TimeSpan.Zero, TimeSpan.FromHours(1)));
                Assert.All(reports.Agents.Where(a => a.MeasuresPeers), a => Assert.InRange(Age(a.Answer!.PeersAskedAt!.Value), TimeSpan.Zero, TimeSpan.FromMinutes(8)));
                Assert.All(reports.Agents.Where(a => a.MeasuresPeers), a => Assert.InRange(Age(a.Answer!.EverythingAt), TimeSpan.Zero, TimeSpan.FromMinutes(15)));
            }

            reports = await RoundAsync();
        }

        TimeSpan Age(DateTimeOffset time) => _clock.GetUtcNow() - time;
    }

    [Fact]
    public async Task Every_agent_of_a_small_cluster_measures_its_peers_and_is_asked_again_within_minutes()
    {
        _agents.Add(3, LongAgo);
        var reports = await RoundAsync();

        Assert.All(reports.Agents, a => Assert.Equal(3, a.Answer!.Seen.Health!.Peers.Count));
        Assert.InRange(reports.LookAgainAfter!.Value, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5));
        _agents.Executed.Clear();
        await RoundAsync();
        Assert.Empty(_agents.Executed);

        _clock.Advance(TimeSpan.FromMinutes(5));
        await RoundAsync();
        Assert.Equal(3, _agents.Executed.Select(e => e.Pod).Distinct().Count());
    }

    [Fact]
    public async Task A_new_container_and_another_configuration_are_asked_about_at_once()
    {
        _agents.Add(3, LongAgo);
        await RoundAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        _agents.Executed.Clear();
        _agents.Pods[1] = FakeAgents.Pod("node2", _clock.GetUtcNow(), restarts: 1);

        await RoundAsync();
        Assert.Contains(_agents.Executed, e => e.Pod == "cilium-node2");

        _agents.Executed.Clear();
        await _inspector.InspectAsync(_agents.Pods, new Dictionary<string, string> { ["routing-mode"] = "native" }, TestContext.Current.CancellationToken);
        Assert.Equal(3, _agents.Executed.Select(e => e.Pod).Distinct().Count());
    }

    [Fact]
    public async Task What_a_former_container_said_counts_no_longer()
    {
        _agents.Add(1, LongAgo);
        await RoundAsync();
        _agents.Pods[0] = FakeAgents.Pod("node1", _clock.GetUtcNow(), restarts: 1, ready: false);

        var report = Assert.Single((await RoundAsync()).Agents);

        Assert.Null(report.Answer);
    }

    [Fact]
    public async Task An_agent_that_cannot_be_asked_is_remembered_as_such_and_tried_again_soon()
    {
        _agents.Add(2, LongAgo);
        _agents.Answer = (pod, _) => pod == "cilium-node2"
            ? throw new KubernetesException(new V1Status { Code = 500, Message = "'cilium-dbg status' in kube-system/cilium-node2 was not done in 15 s" })
            : null;

        var reports = await RoundAsync();

        Assert.Equal("'cilium-dbg status' was not done in 15 s", reports.Agents[1].Answer!.Seen.Unreachable);
        Assert.InRange(reports.LookAgainAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        for (var i = 0; i < 12; i++)
        {
            _clock.Advance(reports.LookAgainAfter!.Value);
            reports = await RoundAsync();
        }

        Assert.InRange(reports.LookAgainAfter!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Agents_before_1_15_have_another_program()
    {
        _agents.Add(1, LongAgo);
        _agents.Answer = (_, command) => command.StartsWith("cilium-dbg", StringComparison.Ordinal)
            ? throw new KubernetesException(new V1Status { Code = 500, Message = "exec: \"cilium-dbg\": executable file not found in $PATH" })
            : command == "cilium status -o json" ? new ExecResult(0, ReportedCluster.Healthy, "") : null;

        var report = Assert.Single((await RoundAsync()).Agents);

        Assert.Equal("Ok", report.Answer!.Seen.Status!.Agent!.State);
        Assert.Contains(_agents.Executed, e => e.Command == "cilium endpoint list -o json");
    }

    [Fact]
    public async Task Where_health_checking_is_off_nobody_is_asked_for_peers()
    {
        _agents.Add(3, LongAgo);

        var reports = await _inspector.InspectAsync(_agents.Pods, new Dictionary<string, string> { ["enable-health-checking"] = "false" }, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(_agents.Executed, e => e.Command.StartsWith("cilium-health", StringComparison.Ordinal));
        Assert.All(reports.Agents, a => Assert.False(a.MeasuresPeers));
    }

    [Fact]
    public async Task The_previous_log_of_a_crashing_agent_is_read_once_for_each_death()
    {
        _agents.PreviousLog = "level=info msg=\"hello\"\nlevel=fatal msg=\"no native routing cidr\" subsys=daemon";
        var last = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 255 } };
        _agents.Pods.Add(FakeAgents.Pod("node1", _clock.GetUtcNow(), restarts: 1, ready: false, last));

        var reports = await RoundAsync();
        Assert.Equal("no native routing cidr", reports.LastWords["node1"]);
        await RoundAsync();
        Assert.Equal(1, _agents.Logs);

        _agents.Pods[0] = FakeAgents.Pod("node1", _clock.GetUtcNow(), restarts: 2, ready: false, last);
        await RoundAsync();
        Assert.Equal(2, _agents.Logs);
    }

    [Fact]
    public async Task Endpoints_that_are_ready_are_not_kept()
    {
        _agents.Add(1, LongAgo);
        _agents.Answer = (_, command) => command.Contains("endpoint", StringComparison.Ordinal)
            ? new ExecResult(0, """[{"id":1,"status":{"state":"ready"}},{"id":2,"status":{"state":"regenerating"}}]""", "")
            : null;

        var report = Assert.Single((await RoundAsync()).Agents);

        Assert.Equal(2, Assert.Single(report.Answer!.Seen.Endpoints!).Id);
    }

    private Task<AgentReports> RoundAsync() => _inspector.InspectAsync(_agents.Pods, s_config, TestContext.Current.CancellationToken);
}
