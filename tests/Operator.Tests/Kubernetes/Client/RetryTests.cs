using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class RetryTests
{
    private static readonly NamespacedName Name = new("a", "m");
    private static readonly V1ConfigMap Map = new() { Metadata = new V1ObjectMeta { Name = "m", Namespace = "a" } };
    private readonly ManualTimeProvider _clock = new();
    private int _calls;

    [Fact]
    public async Task A_read_is_sent_again_after_503()
    {
        using var client = Answering(ScriptedServer.Status(503, "ServiceUnavailable"), Ok()).Client(_clock);
        Assert.NotNull(await Eventually.DoneAsync(client.GetAsync<V1ConfigMap>(Name, default), _clock));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task A_create_that_may_have_arrived_is_never_sent_again()
    {
        var server = new ScriptedServer(_ => throw Count(new HttpRequestException(HttpRequestError.ResponseEnded, "cut off")));
        using var client = server.Client(_clock);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => Eventually.DoneAsync(client.CreateAsync(Map, "me", default), _clock));
        Assert.True(error.IsUnreachable);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_create_that_never_left_is_sent_again()
    {
        var server = new ScriptedServer(_ => ++_calls < 3 ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : Ok());
        using var client = server.Client(_clock);
        await Eventually.DoneAsync(client.CreateAsync(Map, "me", default), _clock);
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task A_429_is_obeyed_by_every_request_that_follows()
    {
        using var client = Answering(ScriptedServer.Status(429, "TooManyRequests", retryAfter: TimeSpan.FromSeconds(7)), Ok(), Ok()).Client(_clock);
        var began = _clock.GetUtcNow();
        var first = client.CreateAsync(Map, "me", default);
        await Eventually.TrueAsync(() => _clock.PendingTimers > 0 && _calls == 1, "the 429 has come");
        var second = client.GetAsync<V1ConfigMap>(Name, default);
        Assert.Equal(1, _calls);
        await Eventually.DoneAsync(first, _clock);
        await Eventually.DoneAsync(second, _clock);
        Assert.True(_clock.GetUtcNow() - began >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_429_with_more_patience_than_ours_goes_to_the_caller()
    {
        using var client = Answering(ScriptedServer.Status(429, "TooManyRequests", retryAfter: TimeSpan.FromMinutes(5))).Client(_clock);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>(Name, default));
        Assert.Equal(TimeSpan.FromMinutes(5), error.RetryAfter);
    }

    [Fact]
    public async Task An_eviction_that_a_budget_forbids_is_told_at_once()
    {
        using var client = Answering(ScriptedServer.Status(429, "TooManyRequests", "Cannot evict pod", TimeSpan.FromSeconds(10)), Ok()).Client(_clock);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.EvictAsync(Name, new DeleteOptions(), default));
        Assert.True(error.IsTooManyRequests);
        Assert.NotNull(await client.GetAsync<V1ConfigMap>(Name, default));
    }

    [Fact]
    public async Task An_error_of_the_caller_is_not_tried_again()
    {
        using var client = Answering(ScriptedServer.Status(409, "Conflict", "another manager")).Client(_clock);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ApplyAsync(Map, new ApplyOptions { FieldManager = "me" }, default));
        Assert.True(error.IsConflict);
        Assert.Equal("another manager", error.Message);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task The_next_server_is_tried_when_one_does_not_answer()
    {
        var server = new ScriptedServer(request => request.Uri.Host == "one.test" ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : Ok());
        using var client = server.Client(_clock, found => found with { Servers = [new Uri("https://one.test"), new Uri("https://two.test/prefix/")] });
        await Eventually.DoneAsync(client.GetAsync<V1ConfigMap>(Name, default), _clock);
        await Eventually.DoneAsync(client.GetAsync<V1ConfigMap>(Name, default), _clock);
        Assert.Equal(["one.test", "two.test", "two.test"], server.Requests.Select(request => request.Uri.Host));
        Assert.Equal("/prefix/api/v1/namespaces/a/configmaps/m", server.Requests.Last().Path);
    }

    [Fact]
    public async Task A_server_that_hangs_runs_into_the_time_limit_and_is_asked_again()
    {
        var server = new ScriptedServer(async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref _calls) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
            }

            return Ok();
        });
        using var client = server.Client(_clock);
        var reading = client.GetAsync<V1ConfigMap>(Name, default);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, _calls);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await Eventually.DoneAsync(reading, _clock));
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_success()
    {
        using var client = Answering(ScriptedServer.Status(404, "NotFound")).Client(_clock);
        await client.DeleteAsync<V1ConfigMap>(Name, new DeleteOptions(), default);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_proxys_page_becomes_a_status()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("<html>Forbidden by policy</html>", 403)).Client(_clock);
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1ConfigMap>(Name, default));
        Assert.True(error.IsForbidden);
        Assert.Equal("<html>Forbidden by policy</html>", error.Message);
    }

    [Fact]
    public async Task Cancelling_is_cancelling_and_no_error_of_the_server()
    {
        var server = new ScriptedServer(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
            return Ok();
        });
        using var client = server.Client(_clock);
        using var cancel = new CancellationTokenSource();
        var reading = client.GetAsync<V1ConfigMap>(Name, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task More_than_the_burst_waits_for_its_turn()
    {
        using var client = new ScriptedServer(_ => { Interlocked.Increment(ref _calls); return Ok(); }).Client(_clock, found => found with { QueriesPerSecond = 10, Burst = 5 });
        var reads = Enumerable.Range(0, 8).Select(_ => client.GetAsync<V1ConfigMap>(Name, default)).ToList();
        Assert.Equal(5, _calls);
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        await Task.WhenAll(reads);
        Assert.Equal(8, _calls);
    }

    private static HttpResponseMessage Ok() => ScriptedServer.Json("""{"metadata":{"name":"m","namespace":"a"}}""");

    private ScriptedServer Answering(params HttpResponseMessage[] answers) => new(_ => answers[Interlocked.Increment(ref _calls) - 1]);

    private HttpRequestException Count(HttpRequestException e)
    {
        _calls++;
        return e;
    }
}
