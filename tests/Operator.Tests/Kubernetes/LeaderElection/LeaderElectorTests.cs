using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.LeaderElection;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.LeaderElection;

public sealed class LeaderElectorTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LeaseServer _lease = new();
    private readonly List<IDisposable> _made = [];

    public void Dispose() => _made.ForEach(made => made.Dispose());

    [Fact]
    public async Task The_first_one_makes_the_lease_and_leads()
    {
        var elector = await StartAsync("a");
        var term = await TermAsync(elector);
        Assert.True(elector.IsLeader);
        Assert.False(term.IsCancellationRequested);
        Assert.Equal("a", _lease.Holder);
        Assert.Equal(15, (int)_lease.Lease!["spec"]!["leaseDurationSeconds"]!);
    }

    [Fact]
    public async Task The_second_one_waits_while_the_first_renews()
    {
        var first = await StartAsync("a");
        var term = await TermAsync(first);
        var second = await StartAsync("b");
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(second.IsLeader);
        Assert.False(term.IsCancellationRequested);
    }

    [Fact]
    public async Task A_renewal_is_one_request()
    {
        await TermAsync(await StartAsync("a"));
        var before = _lease.Server.Requests.Count;

        _clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(() => _lease.Server.Requests.Count >= before + 15, "a minute of renewals");
        Assert.Equal(before + 15, _lease.Server.Requests.Count);
        Assert.All(_lease.Server.Requests.Skip(before), request => Assert.Equal(HttpMethod.Patch, request.Method));
    }

    [Fact]
    public async Task Standing_by_costs_no_request_as_long_as_another_one_renews()
    {
        await TermAsync(await StartAsync("a"));
        var second = await StartAsync("b");
        var before = _lease.Server.Requests.Count(r => r.Method == HttpMethod.Get);
        for (var renewal = 0; renewal < 30; renewal++)
        {
            _clock.Advance(TimeSpan.FromSeconds(4));
            await _lease.Told;
        }

        Assert.False(second.IsLeader);
        Assert.Equal(before, _lease.Server.Requests.Count(r => r.Method == HttpMethod.Get));
    }

    [Fact]
    public async Task A_renewal_that_hangs_leaves_room_for_another_one()
    {
        var term = await TermAsync(await StartAsync("a"));
        _lease.Hangs = true;
        var before = _lease.Server.Requests.Count;
        _clock.Advance(TimeSpan.FromSeconds(4));
        await Eventually.TrueAsync(() => _lease.Server.Requests.Count == before + 1, "a renewal is sent");
        _lease.Hangs = false;

        // Half of the deadline.
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _lease.Server.Requests.Count == before + 2, "another one is sent");

        Assert.False(term.IsCancellationRequested);
    }

    [Fact]
    public async Task A_dead_holder_is_followed_after_its_lease_has_stood_still_long_enough()
    {
        _lease.Set("dead", 15);
        var elector = await StartAsync("b");
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(elector.IsLeader);
        await TermAsync(elector);
        Assert.Equal(4, (int)_lease.Lease!["spec"]!["leaseTransitions"]!);
    }

    [Fact]
    public async Task Our_own_lease_of_before_a_restart_is_taken_up_at_once()
    {
        _lease.Set("a", 15);
        var elector = await StartAsync("a");
        Assert.False((await elector.WaitForTermAsync(default)).IsCancellationRequested);
    }

    [Fact]
    public async Task A_server_that_is_gone_ends_the_term_before_another_can_lead()
    {
        var elector = await StartAsync("a");
        var term = await TermAsync(elector);
        var began = _clock.GetUtcNow();
        _lease.Down = true;
        await Eventually.TrueAsync(() => term.IsCancellationRequested, "the term ends", _clock);
        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(10.2));
        Assert.False(elector.IsLeader);
        _lease.Down = false;
        Assert.False((await TermAsync(elector)).IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_another_one_took_ends_the_term_at_the_next_look()
    {
        var elector = await StartAsync("a");
        var term = await TermAsync(elector);
        _lease.Set("thief", 15);
        await Eventually.TrueAsync(() => term.IsCancellationRequested, "the term ends", _clock);
        Assert.False(elector.IsLeader);
    }

    [Fact]
    public async Task Stopping_leaves_the_lease_to_whoever_comes_next()
    {
        var first = await StartAsync("a");
        var term = await TermAsync(first);
        var second = await StartAsync("b");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await first.StopAsync(default);
        Assert.True(term.IsCancellationRequested);
        Assert.Contains(_lease.Server.Requests, request => request.Body.Contains("\"holderIdentity\":\"\"", StringComparison.Ordinal));
        await TermAsync(second);
        Assert.Equal("b", _lease.Holder);
    }

    private async Task<LeaderElector> StartAsync(string identity)
    {
        var client = _lease.Server.Client(_clock);
        var elector = new LeaderElector(
            client,
            new LeaderElectionOptions { Lease = new NamespacedName("system", "operator"), Identity = identity },
            "test",
            _clock,
            NullLogger<LeaderElector>.Instance);
        _made.Add(elector);
        _made.Add(client);
        var (timers, watches) = (_clock.PendingTimers, Watches());
        await elector.StartAsync(default);

        // It has looked at the lease: it leads (a deadline and a delay) or follows the lease.
        await Eventually.TrueAsync(
            () => elector.IsLeader ? _clock.PendingTimers - timers == 2 : Watches() > watches,
            $"{identity} has looked");
        return elector;

        int Watches() => _lease.Server.Requests.Count(r => r.IsWatch);
    }

    private Task<CancellationToken> TermAsync(LeaderElector elector) => Eventually.DoneAsync(elector.WaitForTermAsync(default), _clock);
}
