using NetProfile.Kubernetes.Controllers;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Controllers;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_clock);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_that_waits_is_not_added_twice()
    {
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("a");
        Assert.Equal("a", await _queue.GetAsync(default));
        Assert.Equal("b", await _queue.GetAsync(default));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_key_added_while_it_is_worked_on_comes_again_once_and_only_after_Done()
    {
        _queue.Add("a");
        var key = await _queue.GetAsync(default);
        _queue.Add("a");
        _queue.Add("a");
        var next = _queue.GetAsync(default).AsTask();
        Assert.False(next.IsCompleted);
        _queue.Done(key);
        Assert.Equal("a", await next);
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Of_two_delays_the_earlier_one_counts_and_the_key_comes_once()
    {
        _queue.AddAfter("a", TimeSpan.FromMinutes(10));
        _queue.AddAfter("a", TimeSpan.FromMinutes(1));
        _queue.AddAfter("a", TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, _queue.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", await _queue.GetAsync(default));
        _queue.Done("a");
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_delay_longer_than_a_timer_can_hold_is_kept()
    {
        _queue.AddAfter("a", TimeSpan.FromDays(100));
        _clock.Advance(TimeSpan.FromDays(99));
        Assert.Equal(0, _queue.Count);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task Failures_double_the_delay_until_forgotten()
    {
        foreach (var milliseconds in new[] { 5, 10, 20, 40 })
        {
            _queue.AddRateLimited("a");
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
            Assert.Equal(0, _queue.Count);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            _queue.Done(await _queue.GetAsync(default));
        }

        _queue.Forget("a");
        _queue.AddRateLimited("a");
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void The_delay_stops_growing_at_a_thousand_seconds()
    {
        var limiter = new RateLimiter<string>(_clock);
        var delays = Enumerable.Range(0, 2000).Select(_ => { _clock.Advance(TimeSpan.FromSeconds(1)); return limiter.When("a"); }).ToList();
        Assert.Equal(TimeSpan.FromSeconds(1000), delays.Max());
        Assert.Equal(TimeSpan.FromSeconds(1000), delays[^1]);
    }

    [Fact]
    public void All_keys_together_are_limited_too()
    {
        var limiter = new RateLimiter<int>(_clock);
        var last = Enumerable.Range(0, 200).Select(limiter.When).ToList()[^1];
        Assert.Equal(TimeSpan.FromSeconds(10), last);
    }

    [Fact]
    public async Task Shutting_down_drains_what_is_there_and_takes_nothing_more()
    {
        _queue.Add("a");
        _queue.Add("b");
        var first = await _queue.GetAsync(default);
        var drained = _queue.DrainAsync(default);
        _queue.Add("c");
        _queue.AddAfter("d", TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = await _queue.GetAsync(default);
        _queue.Done(first);
        Assert.False(drained.IsCompleted);
        _queue.Done(second);
        await drained;
        await Assert.ThrowsAsync<WorkQueueShutDownException>(() => _queue.GetAsync(default).AsTask());
        await Assert.ThrowsAsync<WorkQueueShutDownException>(() => _queue.GetAsync(default).AsTask());
    }

    [Fact]
    public async Task Many_workers_never_have_the_same_key()
    {
        var working = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        var clashes = 0;
        var done = 0;
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                string key;
                try
                {
                    key = await _queue.GetAsync(default);
                }
                catch (WorkQueueShutDownException)
                {
                    return;
                }

                if (!working.TryAdd(key, true))
                {
                    Interlocked.Increment(ref clashes);
                }

                await Task.Yield();
                working.TryRemove(key, out var _);
                Interlocked.Increment(ref done);
                _queue.Done(key);
            }
        })).ToList();
        for (var i = 0; i < 5000; i++)
        {
            _queue.Add($"k{i % 7}");
        }

        await _queue.DrainAsync(default);
        await Task.WhenAll(workers);
        Assert.Equal(0, clashes);
        Assert.True(done >= 7);
    }
}
