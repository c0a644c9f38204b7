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

        await Eventually.TrueAsync(() => _lease.Server.Requests.Count >= before + 29, "half a minute of renewals");
        Assert.All(_lease.Server.Requests.Skip(before), request => Assert.Equal(HttpMethod.Patch, request.Method));
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
        Assert.Equal("", _lease.Holder);
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
        var before = _clock.PendingTimers;
        await elector.StartAsync(default);

        // It has looked at the lease: it leads (a deadline and a delay) or waits to look again (a delay).
        await Eventually.TrueAsync(
            () => _clock.PendingTimers - before == (elector.IsLeader ? 2 : 1) && (elector.IsLeader || (_lease.Holder is { } holder && holder != identity)),
            $"{identity} has looked");
        return elector;
    }

    private Task<CancellationToken> TermAsync(LeaderElector elector) => Eventually.DoneAsync(elector.WaitForTermAsync(default), _clock);
}
