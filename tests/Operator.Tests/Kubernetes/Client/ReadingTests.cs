using System.IO.Pipelines;
using System.Net;
using System.Text;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Client;

public sealed class ReadingTests
{
    private const string Expired = """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""";
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task An_item_that_cannot_be_read_spoils_only_itself()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("""
            {"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"good"}},{"metadata":{"name":"bad"},"spec":{"taints":7}},{"spec":{}}]}
            """)).Client(_clock);
        var list = await client.ListAsync<V1Node>(new ListOptions(), default);
        Assert.Equal(["good"], list.Items.Select(item => item.Metadata.Name));
        Assert.Equal([new NamespacedName(null, "bad"), null], list.Unreadable.Select(item => item.Name));
        Assert.Equal("9", list.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Null_lists_and_unknown_fields_are_read()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("""{"metadata":null,"items":null,"more":1}""")).Client(_clock);
        Assert.Empty((await client.ListAsync<V1Node>(new ListOptions(), default)).Items);
    }

    [Fact]
    public async Task A_watch_tells_each_kind_of_event()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Lines(
            """{"type":"ADDED","object":{"metadata":{"name":"n","resourceVersion":"1"}}}""",
            """{"type":"MODIFIED","object":{"metadata":{"name":"n","resourceVersion":"2"},"spec":{"taints":"odd"}}}""",
            """{"type":"DELETED","object":{"metadata":{"name":"n","resourceVersion":"3"},"spec":{"taints":"odd"}}}""",
            """{"type":"BOOKMARK","object":{"kind":"Node","metadata":{"resourceVersion":"4","creationTimestamp":null},"spec":{},"status":{}}}""")).Client(_clock);
        var seen = await CollectAsync(client);
        Assert.Equal([WatchEventType.Added, WatchEventType.Unreadable, WatchEventType.Deleted, WatchEventType.Bookmark], seen.Select(change => change.Type));
        Assert.Equal(["1", "2", "3", "4"], seen.Select(change => change.ResourceVersion));
        Assert.Equal(new NamespacedName(null, "n"), seen[2].Name);
    }

    [Fact]
    public async Task A_watch_says_at_once_that_it_was_accepted()
    {
        var pipe = new Pipe();
        using var client = new ScriptedServer(_ => ScriptedServer.Stream(pipe.Reader)).Client(_clock);
        await using var changes = client.WatchAsync<V1Node>(new WatchOptions { ResourceVersion = "7" }, default).GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal((WatchEventType.Bookmark, "7"), (changes.Current.Type, changes.Current.ResourceVersion));
    }

    [Fact]
    public async Task A_410_in_the_stream_is_an_exception()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Lines(Expired)).Client(_clock);
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => CollectAsync(client))).IsGone);
    }

    [Fact]
    public async Task A_line_that_was_cut_off_is_left_out()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("""
            {"type":"ADDED","object":{"metadata":{"name":"n","resourceVersion":"1"}}}
            {"type":"ADDED","object":{"metadata":{"na
            """)).Client(_clock);
        Assert.Single(await CollectAsync(client));
    }

    [Fact]
    public async Task A_watch_that_has_gone_silent_is_given_up()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"n\",\"resourceVersion\":\"1\"}}}\n"u8.ToArray());
        using var client = new ScriptedServer(_ => ScriptedServer.Stream(pipe.Reader, HttpVersion.Version11)).Client(_clock);
        var seen = new List<WatchEvent<V1Node>>();
        var collecting = CollectAsync(client, seen);
        await Eventually.TrueAsync(() => seen.Count == 1 && _clock.PendingTimers == 1, "it waits for the second event");
        _clock.Advance(TimeSpan.FromSeconds(44));
        Assert.False(collecting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => collecting)).IsUnreachable);
    }

    [Fact]
    public async Task A_line_that_comes_in_pieces_is_one_line()
    {
        var pipe = new Pipe();
        using var client = new ScriptedServer(_ => ScriptedServer.Stream(pipe.Reader)).Client(_clock);
        var collecting = CollectAsync(client);
        foreach (var piece in new[] { """{"type":"ADDED","obj""", """ect":{"metadata":{"name":"n","resourceVersion":"1"}}}""", "\r\n\n" })
        {
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(piece));
        }

        await pipe.Writer.CompleteAsync();
        Assert.Single(await collecting);
    }

    [Fact]
    public async Task An_answer_of_another_shape_is_a_KubernetesException()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("<html>")).Client(_clock);
        Assert.Equal("Unreadable", (await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<V1Node>(new NamespacedName(null, "n"), default))).Status.Reason);
        Assert.Equal("Unreadable", (await Assert.ThrowsAsync<KubernetesException>(() => client.ListAsync<V1Node>(new ListOptions(), default))).Status.Reason);
    }

    private static async Task<List<WatchEvent<V1Node>>> CollectAsync(KubernetesClient client, List<WatchEvent<V1Node>>? into = null)
    {
        var seen = into ?? [];
        await foreach (var change in client.WatchAsync<V1Node>(new WatchOptions { ResourceVersion = "0" }, default))
        {
            if (change is not { Type: WatchEventType.Bookmark, ResourceVersion: "0" })
            {
                seen.Add(change);
            }
        }

        return seen;
    }
}
