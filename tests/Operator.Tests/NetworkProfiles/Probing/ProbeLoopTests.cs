using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.NodeNetworks;
using NetProfile.NodeAgent.Host;
using NetProfile.NodeAgent.Probing;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.NetworkProfiles.Probing;

public sealed class ProbeLoopTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly ScriptedHost host = new();

    [Fact]
    public async Task Rounds_go_on_while_they_are_asked_for_and_only_what_is_new_is_told()
    {
        using var stop = new CancellationTokenSource();
        var loop = new ProbeLoop(new NodeProber(host, "node1", clock), clock, NullLogger.Instance);
        var told = 0;
        var running = loop.RunAsync(() => told++, stop.Token);
        loop.Ask(Request("a"), null);
        await host.RoundAsync(1);
        await UntilAsync(() => loop.Status?.Round == "a");
        await UntilAsync(() => told == 1);

        for (var round = 2; round < 5; round++)
        {
            await NextAsync(round);
        }

        Assert.Equal(1, told);
        host.Answer = "no route to host";
        await NextAsync(5);
        await UntilAsync(() => loop.Status is { Failed: 1 } && told == 2);
        var since = loop.Status!.Failures![0].Since;
        await NextAsync(6);
        Assert.Equal(since, loop.Status.Failures[0].Since);

        loop.Ask(Request("b"), null);
        await UntilAsync(() => loop.Status is { Round: "b" });
        loop.Ask(null, null);
        await UntilAsync(() => loop.Status is null && told == 4);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_new_agent_goes_on_from_what_the_one_before_has_said()
    {
        var before = new ProbeStatus
        {
            Round = "a",
            Tried = 1,
            Failed = 1,
            Sources = [],
            Failures = [new ProbeFailure { From = "node1", To = "peer", Address = "10.0.0.2", Message = "no route to host", Since = DateTimeOffset.UnixEpoch }],
        };
        host.Answer = "no route to host";

        Assert.Same(before, await new NodeProber(host, "node1", clock).RunAsync(Request("a"), before, CancellationToken.None));
    }

    private async Task NextAsync(int round)
    {
        await UntilAsync(() => clock.PendingTimers > 0);
        clock.Advance(TimeSpan.FromSeconds(5));
        await host.RoundAsync(round);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    private static ProbeRequest Request(string round) => new() { Round = round, Targets = [new ProbeTarget { Name = "peer", Address = "10.0.0.2", Port = 9 }] };

    private sealed class ScriptedHost : IHostProbes
    {
        private int rounds;

        public string? Answer { get; set; }

        public IReadOnlyList<PodNamespace> Pods() => [new PodNamespace("/proc/1/ns/net", [IPAddress.Parse("10.0.0.1")])];

        public Task<IReadOnlyList<string?>> ConnectAsync(PodNamespace? from, IReadOnlyList<ProbeAim> targets, TimeSpan limit, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref rounds);
            return Task.FromResult<IReadOnlyList<string?>>([.. targets.Select(_ => Answer)]);
        }

        public Task RoundAsync(int number) => UntilAsync(() => Volatile.Read(ref rounds) >= number);
    }
}
