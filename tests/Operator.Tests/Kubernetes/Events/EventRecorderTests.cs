using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NetProfile.Crds.Meta;
using NetProfile.Kubernetes.Client;
using NetProfile.Kubernetes.Events;
using NetProfile.Kubernetes.Models;
using NetProfile.Operator.Tests.Support;
using Xunit;

namespace NetProfile.Operator.Tests.Kubernetes.Events;

public sealed class EventRecorderTests : IDisposable
{
    private static readonly V1Node Node = new() { Metadata = new V1ObjectMeta { Name = "n1", Uid = "u1" } };
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedServer _server;
    private readonly KubernetesClient _client;
    private readonly EventRecorder _recorder;
    private Func<SeenRequest, HttpResponseMessage> _respond = request => ScriptedServer.Json("""{"metadata":{"name":"e","namespace":"default"}}""", request.Method == HttpMethod.Post ? 201 : 200);

    public EventRecorderTests()
    {
        _server = new ScriptedServer(request => _respond(request));
        _client = _server.Client(_clock);
        _recorder = new EventRecorder(_client, new EventRecorderOptions("example.com/operator", "pod-1", "operator"), _clock, NullLogger<EventRecorder>.Instance);
    }

    public void Dispose()
    {
        _recorder.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task An_event_about_a_cluster_scoped_object_is_in_default()
    {
        Record("Cleaned");
        await _recorder.FlushAsync(false, default);
        var request = Assert.Single(_server.Requests);
        Assert.Equal("/apis/events.k8s.io/v1/namespaces/default/events", request.Path);
        var body = JsonNode.Parse(request.Body)!;
        Assert.StartsWith("n1.", (string)body["metadata"]!["name"]!, StringComparison.Ordinal);
        Assert.Equal("2026-01-01T00:00:00.000000Z", (string?)body["eventTime"]);
        Assert.Equal("Node", (string?)body["regarding"]!["kind"]);
        Assert.Null(body["series"]);
    }

    [Fact]
    public async Task The_same_again_becomes_a_count_that_is_written_now_and_then()
    {
        Record("Cleaned");
        await _recorder.FlushAsync(false, default);
        for (var i = 0; i < 40; i++)
        {
            Record("Cleaned");
            await _recorder.FlushAsync(false, default);
        }

        Assert.Single(_server.Requests);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await _recorder.FlushAsync(false, default);
        var patch = _server.Requests.Last();
        Assert.Equal(HttpMethod.Patch, patch.Method);
        Assert.Equal(41, (int)JsonNode.Parse(patch.Body)!["series"]!["count"]!);
    }

    [Fact]
    public async Task A_flood_of_different_events_about_one_object_is_cut()
    {
        for (var i = 0; i < 100; i++)
        {
            Record("Cleaned", $"note {i}");
        }

        await _recorder.FlushAsync(false, default);
        Assert.Equal(25, _server.Requests.Count);
    }

    [Fact]
    public async Task A_refused_event_is_not_sent_again()
    {
        _respond = _ => ScriptedServer.Status(403, "Forbidden");
        Record("Cleaned");
        await _recorder.FlushAsync(false, default);
        await _recorder.FlushAsync(false, default);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_series_that_the_server_forgot_is_made_anew()
    {
        Record("Cleaned");
        await _recorder.FlushAsync(false, default);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Record("Cleaned");
        _respond = request => request.Method == HttpMethod.Patch ? ScriptedServer.Status(404, "NotFound") : ScriptedServer.Json("""{"metadata":{"name":"e"}}""", 201);
        await _recorder.FlushAsync(false, default);
        Assert.Equal(["POST", "PATCH", "POST"], _server.Requests.Select(request => request.Method.Method));
    }

    [Fact]
    public async Task A_long_note_is_cut_at_the_limit_in_bytes()
    {
        Record("Cleaned", new string('ö', 2000));
        await _recorder.FlushAsync(false, default);
        var note = (string)JsonNode.Parse(Assert.Single(_server.Requests).Body)!["note"]!;
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(note), 1000, 1024);
    }

    [Fact]
    public async Task What_was_recorded_last_is_written_when_stopping()
    {
        Record("Cleaned");
        await _recorder.StartAsync(default);
        await Eventually.TrueAsync(() => _server.Requests.Count == 1, "the first one is written");
        Record("Stopping");
        await _recorder.StopAsync(default);
        Assert.Equal(2, _server.Requests.Count);
    }

    private void Record(string reason, string note = "all of it") => _recorder.Record(Node, EventType.Normal, reason, "Clean", note);
}
