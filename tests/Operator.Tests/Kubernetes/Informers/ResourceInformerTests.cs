using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Informers;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Informers;

public sealed class ResourceInformerTests : IDisposable
{
    private const string Expired = """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""";
    private readonly ManualTimeProvider _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly List<Func<SeenRequest, HttpResponseMessage>> _lists = [];
    private readonly List<Func<SeenRequest, HttpResponseMessage>> _watches = [];
    private readonly ScriptedServer _server;
    private readonly KubernetesClient _client;
    private int _listed;
    private int _watched;

    public ResourceInformerTests()
    {
        _server = new ScriptedServer(async (request, cancellationToken) =>
        {
            var script = request.IsWatch ? _watches : _lists;
            var next = request.IsWatch ? _watched++ : _listed++;
            while (next >= script.Count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), _clock, cancellationToken);
            }

            return script[next](request);
        });
        _client = _server.Client(_clock, found => found with { RequestTimeout = TimeSpan.FromDays(1) });
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task The_first_list_comes_page_by_page_as_Added()
    {
        _lists.Add(request => List("5", [Node("a", 1)], request.Query("resourceVersion") == "0" && request.Query("limit") == "500" ? "more" : null));
        _lists.Add(request => List("5", [Node("b", 2)], request.Query("continue") == "more" ? null : "wrong"));
        var informer = Start();
        await informer.WaitForSyncAsync(default);
        Assert.Equal(["Added a", "Added b"], _told);
        await WatchedFromAsync(1, "5");
    }

    [Fact]
    public async Task A_page_that_has_expired_makes_the_list_begin_again()
    {
        _lists.Add(_ => List("5", [Node("old", 1)], "more"));
        _lists.Add(_ => ScriptedServer.Status(410, "Expired"));
        _lists.Add(request => request.Query("limit") is null && request.Query("continue") is null ? List("7", [Node("a", 1)]) : List("0", []));
        var informer = Start();
        await informer.WaitForSyncAsync(default);
        Assert.Equal(["Added a"], _told);
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_last_bookmark()
    {
        _lists.Add(_ => List("5", [Node("a", 1)]));
        _watches.Add(_ => ScriptedServer.Lines(Event("MODIFIED", Node("a", 6)), Event("BOOKMARK", """{"metadata":{"resourceVersion":"40"}}""")));
        Start();
        await WatchedFromAsync(2, "40");
        Assert.Equal(["Added a", "Modified a"], _told);
    }

    [Fact]
    public async Task A_410_in_the_stream_lists_again_and_tells_the_differences()
    {
        _lists.Add(_ => List("5", [Node("gone", 1), Node("same", 2), Node("changed", 3)]));
        _watches.Add(_ => ScriptedServer.Lines(Expired));
        _lists.Add(request => request.Query("resourceVersion") is null ? List("9", [Node("same", 2), Node("changed", 8), Node("new", 9)]) : List("0", []));
        Start();
        await WatchedFromAsync(2, "9");
        Assert.Equal(["Added gone", "Added same", "Added changed", "Modified changed", "Added new", "Deleted gone"], _told);
    }

    [Fact]
    public async Task A_410_as_the_answer_lists_again()
    {
        _lists.Add(_ => List("5", []));
        _watches.Add(_ => ScriptedServer.Status(410, "Gone"));
        _lists.Add(_ => List("9", [Node("a", 9)]));
        Start();
        await WatchedFromAsync(2, "9");
        Assert.Equal(["Added a"], _told);
    }

    [Fact]
    public async Task A_watch_that_breaks_off_goes_on_where_it_was()
    {
        _lists.Add(_ => List("5", []));
        _watches.Add(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        _watches.Add(_ => ScriptedServer.Lines(Event("ADDED", Node("a", 6))));
        Start();
        await WatchedFromAsync(3, "6");
        Assert.Single(_lists);
        Assert.Equal(["Added a"], _told);
    }

    [Fact]
    public async Task A_server_that_closes_every_watch_at_once_is_not_hammered()
    {
        _lists.Add(_ => List("5", []));
        _watches.AddRange(Enumerable.Repeat<Func<SeenRequest, HttpResponseMessage>>(_ => ScriptedServer.Lines(), 6));
        var began = _clock.GetUtcNow();
        Start();
        await WatchedFromAsync(7, "5");
        Assert.True(_clock.GetUtcNow() - began > TimeSpan.FromSeconds(10), "six tries with growing delays");
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_is_reported_and_kept_as_it_was()
    {
        _lists.Add(_ => List("5", [Node("a", 1)]));
        _watches.Add(_ => ScriptedServer.Lines(
            Event("MODIFIED", """{"metadata":{"name":"a","resourceVersion":"6"},"spec":{"taints":"odd"}}"""),
            Event("ADDED", Node("b", 7))));
        var informer = Start();
        await Eventually.TrueAsync(() => _told.Contains("Added b"), "b is there", _clock);
        Assert.Equal(new NamespacedName(null, "a"), Assert.Single(informer.Unreadable).Name);
        Assert.Equal("1", informer.Lister.Get(new NamespacedName(null, "a"))!.Metadata.ResourceVersion);
        _watches.Add(_ => ScriptedServer.Lines(Event("MODIFIED", Node("a", 8))));
        await WatchedFromAsync(3, "8");
        Assert.Empty(informer.Unreadable);
    }

    [Fact]
    public async Task An_unreadable_object_of_a_relist_does_not_count_as_deleted()
    {
        _lists.Add(_ => List("5", [Node("a", 1)]));
        _watches.Add(_ => ScriptedServer.Lines(Expired));
        _lists.Add(_ => List("9", ["""{"metadata":{"name":"a","resourceVersion":"9"},"spec":[]}"""]));
        Start();
        await WatchedFromAsync(2, "9");
        Assert.Equal(["Added a"], _told);
    }

    [Fact]
    public async Task A_kind_that_does_not_exist_yet_shows_as_the_last_error_until_it_does()
    {
        _lists.Add(_ => ScriptedServer.Status(404, "NotFound", "the server could not find the requested resource"));
        var informer = Start();
        await Eventually.TrueAsync(() => informer.LastError is { IsNotFound: true }, "the error shows", _clock);
        Assert.False(informer.Lister.HasSynced);
        _lists.Add(_ => List("5", [Node("a", 1)]));
        await Eventually.DoneAsync(informer.WaitForSyncAsync(default), _clock);
        Assert.Null(informer.LastError);
    }

    [Fact]
    public async Task The_error_is_over_when_a_quiet_watch_is_accepted()
    {
        _lists.Add(_ => List("5", []));
        _watches.Add(_ => ScriptedServer.Status(503, "ServiceUnavailable", retryAfter: TimeSpan.FromMinutes(1)));
        var informer = Start();
        await Eventually.TrueAsync(() => informer.LastError is not null, "the error shows", _clock);
        var quiet = new System.IO.Pipelines.Pipe();
        _watches.Add(_ => ScriptedServer.Stream(quiet.Reader));
        await Eventually.TrueAsync(() => informer.LastError is null, "it is over", _clock);
    }

    [Fact]
    public async Task Who_registers_late_is_told_what_is_there()
    {
        _lists.Add(_ => List("5", [Node("a", 1)]));
        var informer = Start();
        await informer.WaitForSyncAsync(default);
        var late = new List<string>();
        using var registration = informer.Register((type, node) => late.Add($"{type} {node.Metadata.Name}"));
        Assert.Equal(["Added a"], late);
    }

    [Fact]
    public async Task A_callback_that_throws_stops_nobody()
    {
        _lists.Add(_ => List("5", [Node("a", 1), Node("b", 1)]));
        var informer = new ResourceInformer<V1Node>(_client, new InformerOptions<V1Node>(), _clock, NullLogger.Instance);
        informer.Register((_, _) => throw new InvalidOperationException("mine"));
        informer.Register((type, node) => _told.Enqueue($"{type} {node.Metadata.Name}"));
        _ = informer.RunAsync(_stop.Token);
        await informer.WaitForSyncAsync(default);
        Assert.Equal(["Added a", "Added b"], _told);
    }

    [Fact]
    public async Task What_does_not_matter_is_kept_and_not_told()
    {
        _lists.Add(_ => List("5", [Node("a", 1)]));
        _watches.Add(_ => ScriptedServer.Lines(Event("MODIFIED", Node("a", 6))));
        var informer = Start(new InformerOptions<V1Node>
        {
            Transform = node => node with { Metadata = node.Metadata with { Annotations = null }, Status = null },
            Unchanged = (before, after) => before.Spec?.Unschedulable == after.Spec?.Unschedulable,
        });
        await WatchedFromAsync(2, "6");
        Assert.Equal(["Added a"], _told);
        Assert.Equal("6", informer.Lister.Get(new NamespacedName(null, "a"))!.Metadata.ResourceVersion);
    }

    private ResourceInformer<V1Node> Start(InformerOptions<V1Node>? options = null)
    {
        var informer = new ResourceInformer<V1Node>(_client, options ?? new InformerOptions<V1Node>(), _clock, NullLogger.Instance);
        informer.Register((type, node) => _told.Enqueue($"{type} {node.Metadata.Name}"));
        _ = informer.RunAsync(_stop.Token);
        return informer;
    }

    private async Task WatchedFromAsync(int count, string version)
    {
        await Eventually.TrueAsync(() => _watched >= count, $"{count} watches", _clock);
        Assert.Equal(version, _server.Requests.Last(request => request.IsWatch).Query("resourceVersion"));
    }

    private static HttpResponseMessage List(string version, string[] items, string? more = null) =>
        ScriptedServer.Json($$"""{"metadata":{"resourceVersion":"{{version}}","continue":"{{more}}"},"items":[{{string.Join(',', items)}}]}""");

    private static string Node(string name, int version) => $$$"""{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}","uid":"{{{name}}}"}}""";

    private static string Event(string type, string item) => $$"""{"type":"{{type}}","object":{{item}} }""";
}
